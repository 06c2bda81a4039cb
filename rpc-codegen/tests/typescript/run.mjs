// Runs the checks in use.ts against a small server of its own, over HTTP and a WebSocket.
//
// usage: node run.mjs FOLDER, where FOLDER has use.js. NODE_PATH must lead to the package ws.

import assert from "node:assert/strict";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const { WebSocket, WebSocketServer } = createRequire(import.meta.url)("ws");
const module = (name) => import(pathToFileURL(path.join(process.argv[2], name)));
const { checks } = await module("use.js");
const { callbacks } = await module("callbacks.js");

const ORDER = '{"id":18446744073709551615,"total":"18.50","status":"placed","placed":"2026-11-27T12:00:00Z","newer":{"n":12345678901234567890}}';
const state = { last: null, headers: [], size: 0, stopped: false, unsubscribed: null, pauses: [], grants: [], flooded: false, pings: 0, mute: false };

// When the journal was asked for.
const attempts = [];

// What a call is answered with, as JSON text.
function answer({ id, method, params }, text) {
  // Large numbers would be rounded by JSON.parse.
  state.last = method === "orders.seen" ? JSON.stringify(/"params":(\[.*?\])/.exec(text)[1]) : JSON.stringify(params);
  const result = (json) => `{"jsonrpc":"2.0","id":${id},"result":${json}}`;
  const error = (code, message, data) => `{"jsonrpc":"2.0","id":${id},"error":{"code":${code},"message":"${message}","data":${data}}}`;
  const item = Array.isArray(params) ? params[0] : params?.item;
  switch (method) {
    case "orders.place":
      if (item === "sold out") return error(1001, "SoldOut", '{"left":3}');
      if (item === "no credit") return error(1002, "no credit", "null");
      if (item === "broken") return error(-32603, "internal error", "null");
      return result(ORDER);
    case "orders.find":
      return result("null");
    case "orders.list":
      return result(`{"items":[${ORDER.replace("18446744073709551615", "1")},${ORDER.replace("18446744073709551615", "2")}],"next":null}`);
    case "stock.levels":
      return result('{"1":1,"2":-9223372036854775808}');
    case "delivery.quote":
      return result(params[0] === "pickup" ? "9007199254740993" : '"too large: 9007199254740993"');
    case "ping":
      return result("null");
    default:
      return undefined;
  }
}

// The messages of a stream. `undefined` stands for a lost connection.
function items({ id, method, params }) {
  const price = (cents, volume, cursor) =>
    `{"jsonrpc":"2.0","method":"$/progress","params":{"token":${id},"value":{"symbol":"tea","cents":${cents},"volume":${volume}}${cursor}}}`;
  const end = `{"jsonrpc":"2.0","id":${id},"result":null}`;
  const argument = Array.isArray(params) ? params[0] : params?.symbol ?? params?.after;
  if (method === "prices.journal" && argument === "too old") return [price(1, 1, ',"cursor":"forgotten"'), undefined];
  if (method === "prices.journal" && argument === "forgotten") return [`{"jsonrpc":"2.0","id":${id},"error":{"code":-33003,"message":"too old"}}`];
  if (method === "prices.journal" && argument === "down") return [price(1, 1, ',"cursor":"still down"'), undefined];
  if (method === "prices.journal") {
    const tracked = (cents) => price(cents, 1, `,"cursor":"c${cents}"`);
    return argument === "c2" ? [tracked(3), tracked(4), end] : [tracked(1), tracked(2), undefined];
  }
  if (method === "search") {
    const token = JSON.stringify(Array.isArray(params) ? params[1] : params.partialResultToken);
    return [`{"jsonrpc":"2.0","method":"$/progress","params":{"token":${token},"value":["black","green"]}}`, `{"jsonrpc":"2.0","id":${id},"result":2}`];
  }
  if (argument === "credit") return [`{"jsonrpc":"2.0","method":"$/progress","params":{"token":${id},"opened":true}}`, ...Array(6).fill(price(1, 1, "").replace("tea", "茶")), end];
  if (argument === "flood") return Array(6).fill(price(1, 1, ""));
  if (argument === "closed") return [`{"jsonrpc":"2.0","id":${id},"error":{"code":1003,"message":"the shop is closed"}}`];
  if (argument === "endless") return [price(1, 1, "")];
  return [price(1, "340282366920938463463374607431768211455", ""), price(2, 1, ""), end];
}

const isStream = ({ method }) => method === "prices.watch" || method === "prices.journal" || method === "search";

function respond(request, response, text) {
  const shown = request.url.slice(1);
  if (shown === "mute" || shown === "unmute") state.mute = shown === "mute";
  if (request.method === "GET") return response.end(shown === "last" ? (state.last ?? "null") : JSON.stringify(state[shown]));
  const [path, query] = decodeURIComponent(request.url).split("?");
  const [status, ...headers] = (query ?? "").split("&");
  if (path === "/status") {
    for (const header of headers) response.setHeader(...header.split("="));
    return response.writeHead(Number(status)).end("a page");
  }
  if (path === "/body") return response.end(query);
  if (path === "/events") return response.writeHead(200, { "content-type": "text/event-stream" }).end(`data: ${query}\n\n`);
  if (path === "/nobody") {
    response.writeHead(Number(status));
    return response.end(`{"jsonrpc":"2.0","id":null,"error":{"code":${headers[0]},"message":"m"}}`);
  }
  state.headers = [request.headers.authorization, request.headers["x-trace"], request.headers["rpc-timeout-ms"]].map((value) => value ?? null);
  const message = JSON.parse(text);
  if (path === "/error") return response.end(`{"jsonrpc":"2.0","id":${message.id},"error":{"code":${status},"message":"m"}}`);
  if (message.method === "prices.journal") {
    const [after] = message.params ?? [];
    if (after === undefined) attempts.length = 0;
    attempts.push(Date.now());
    state.pauses = attempts.slice(1).map((time, index) => time - attempts[index]);
    const isBusy = after === "c2" && (state.refused = state.refused !== true);
    if (isBusy || after === "still down" || after === "never") return response.writeHead(503, { "retry-after-ms": isBusy ? 300 : 1 }).end();
  }
  state.size = Array.isArray(message) ? message.length : 1;
  if (isStream(message)) return events(message, response);
  // It never answers, until the client goes away.
  if (message.method === "categories") return undefined;
  const answers = (Array.isArray(message) ? message : [message]).map((one) => [one, answer(one, text)]);
  const replies = answers.filter(([{ id }]) => id !== undefined).map(([, reply]) => reply).reverse();
  return response.end(Array.isArray(message) ? `[${replies.join()}]` : replies.join());
}

async function events(message, response) {
  state.stopped = false;
  response.on("close", () => (state.stopped = true));
  response.writeHead(200, { "content-type": "text/event-stream" });
  const messages = items(message);
  // Cut in odd places, as a network does.
  for (const chunk of [": hello\n\n", ...messages.filter(Boolean).flatMap((item) => [`event: message\r\ndata: ${item.slice(0, 20)}`, `${item.slice(20)}\r`, "\n\r\n"])]) {
    response.write(chunk);
    await new Promise(setImmediate);
  }
  if (messages.at(-1) === undefined) response.destroy();
  else if (!messages.at(-1).includes("progress")) response.end();
}

// The id is one that a double can't hold.
function subscribe(socket, { id }) {
  const about = '"subscription":12345678901234567890';
  // Some servers are so quick.
  socket.send(`{"jsonrpc":"2.0","method":"chain_head","params":{${about},"result":0}}`);
  socket.send(`{"jsonrpc":"2.0","id":${id},"result":12345678901234567890}`);
  for (const head of [1, 2]) socket.send(`{"jsonrpc":"2.0","method":"chain_head","params":{${about},"result":${head}}}`);
  socket.send(`{"jsonrpc":"2.0","method":"chain_head","params":{${about},"error":{"code":1003,"message":"the shop is closed"}}}`);
}

const server = http.createServer((request, response) => {
  let text = "";
  request.on("data", (chunk) => (text += chunk));
  request.on("end", () => respond(request, response, text));
});
new WebSocketServer({ server }).on("connection", (socket) =>
  socket.on("message", (data) => {
    const text = String(data);
    const message = JSON.parse(text);
    if (message.method === "$/cancelRequest") state.stopped = true;
    else if (state.mute) return;
    else if (message.params?.[0] === "nonsense") {
      for (const nonsense of ["7", "null", "[]", "[7,[]]", "{}", '{"method":"x","params":"text"}', '{"method":"$/progress","params":7}', '{"method":"$/cancelRequest"}', '{"method":7,"params":[]}', '{"id":{},"result":1}', `{"method":"$/progress","params":{"token":${message.id}}}`])
        socket.send(nonsense);
      socket.send(`{"jsonrpc":"2.0","id":${message.id},"error":"a text"}`);
    }
    else if (message.method === "rpc.ping") {
      state.pings++;
      socket.send(`{"jsonrpc":"2.0","id":${message.id},"error":{"code":-32601,"message":"method not found"}}`);
    } else if (message.method === "$/window") state.grants.push(message.params.add);
    else if (message.method === "chain_subscribeHeads") subscribe(socket, message);
    else if (message.method === "echo") {
      // The params as they came, since JSON.parse would round them.
      const [, method, params] = /"params":\["([^"]*)"(?:,(.*))?\]\}$/.exec(text) ?? /"params":\{"method":"([^"]*)"()/.exec(text);
      const isNotification = method === "log" || method === "class.new";
      const id = isNotification ? "" : `,"id":"call-${message.id}"`;
      socket.send(`{"jsonrpc":"2.0","method":"${method}"${params ? `,"params":${params}` : ""}${id}}`);
      state.asked = message.id;
      if (isNotification) socket.send(`{"jsonrpc":"2.0","id":${message.id},"result":"sent"}`);
    } else if (!Array.isArray(message) && message.method === undefined) socket.send(`{"jsonrpc":"2.0","id":${state.asked},"result":${JSON.stringify(text)}}`);
    else if (message.method === "chain_unsubscribeHeads") state.unsubscribed = /"params":\[(\d+)\]/.exec(text)[1];
    else if (message.params?.[0] === "cut") socket.terminate();
    else if (isStream(message)) {
      state.stopped = false;
      for (const item of items(message)) item === undefined ? socket.terminate() : socket.send(item);
      state.flooded = message.params?.[0] === "flood";
    } else if (Array.isArray(message)) socket.send(`[${message.map((one) => answer(one, text)).join()}]`);
    else socket.send(answer(message, text));
  }),
);
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const unused = http.createServer();
await new Promise((resolve) => unused.listen(0, "127.0.0.1", resolve));
state.unused = unused.address().port;
await new Promise((resolve) => unused.close(resolve));

const url = `http://127.0.0.1:${server.address().port}`;
for (const [name, check] of Object.entries(checks)) {
  const late = setTimeout(() => {
    console.error(`${name}: it takes too long`);
    process.exit(1);
  }, Number(process.env.LIMIT ?? 120_000));
  try {
    await check(url, WebSocket);
    clearTimeout(late);
  } catch (error) {
    console.error(`${name}: ${error.stack}`);
    process.exit(1);
  }
}
assert(Object.keys(checks).length > 0);

const said = (id, outcome) => `{"jsonrpc":"2.0",${outcome},"id":"call-${id}"}`;
const [answers, logged, thrown] = await callbacks(url.replace("http", "ws"), WebSocket);
const first = Number(/call-(\d+)/.exec(answers[0])[1]);
assert.deepEqual(answers, [
  said(first, '"result":{"cents":18446744073709551615}'),
  said(first + 1, '"result":{"cents":-9223372036854775807}'),
  said(first + 2, '"error":{"code":2001,"message":"not one of mine","data":{"id":1,"owner":"nobody"}}'),
  said(first + 3, '"error":{"code":-32603,"message":"internal error"}'),
  said(first + 4, '"error":{"code":-32603,"message":"internal error"}'),
  said(first + 5, '"error":{"code":-32602,"message":"missing parameter \\"account\\""}'),
  said(first + 6, '"error":{"code":-32602,"message":"NumberError: 1.5 is not a whole number that was sent exactly"}'),
  said(first + 7, '"result":null'),
  "sent",
  "sent",
  said(first + 10, '"error":{"code":-32601,"message":"method not found"}'),
]);
assert.deepEqual(logged, ["forgotten, false", "new", "a line"]);
assert.deepEqual(thrown, ["accounts.limit: TypeError: a secret", "accounts.limit: RpcError: of another method"]);
console.log(`${Object.keys(checks).length + 1} passed`);
process.exit(0);
