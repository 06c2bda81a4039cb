// Checks what the runtime makes of odd servers: nonsense, refusals, silence, and floods.
//
// usage: node odd.mjs FOLDER, where FOLDER has the compiled clients of shop.yaml and callbacks.yaml. NODE_PATH must lead to the
// package ws.

import assert from "node:assert/strict";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const { WebSocket, WebSocketServer } = createRequire(import.meta.url)("ws");
const load = (name) => import(pathToFileURL(path.join(process.argv[2], name)));
const runtime = await load("shop/runtime.js");
const { stream } = await load("shop/streams.js");
const { webSocket } = await load("shop/websocket.js");
const { UndeclaredError } = await load("shop/errors.js");
const { decode, read, write } = await load("shop/json.js");
const { answering } = await load("callbacks/handlers.js");
const { batch, call, notify } = runtime;

const method = { name: "m" };
const journal = { name: "journal", cursor: "after", params: ["after"] };

/** Polls until something is so. */
async function until(is) {
  const end = Date.now() + 60_000;
  while (!is()) {
    assert(Date.now() < end, "it never came true");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The failure of a call, without what only people read. */
async function failure(promise) {
  const error = await promise.then((value) => assert.fail(`it succeeded with ${value}`), (error) => error);
  return { name: error.name, execution: error.execution, retryable: error.retryable, status: error.status };
}

/** A WebSocket to a server that answers each message with `answer`, which gets the connection and the message. */
async function connected(answer, settings, use) {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await new Promise((resolve) => server.on("listening", resolve));
  server.on("connection", (peer) => peer.on("message", (data) => answer(peer, JSON.parse(data))));
  const rpc = webSocket(`ws://127.0.0.1:${server.address().port}`, { WebSocket, ...settings });
  await use(rpc);
  rpc.close();
  for (const peer of server.clients) peer.terminate();
  server.close();
}

/** The address of a server that answers with `answer`, which gets the response and the text of the request. */
async function served(answer, use) {
  const server = http.createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => (text += chunk));
    request.on("end", () => answer(response, text));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  await use(`http://127.0.0.1:${server.address().port}`);
  server.closeAllConnections();
  server.close();
}

const result = ({ id }, value = 1) => JSON.stringify({ jsonrpc: "2.0", id, result: value });
const bare = '{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"too large"}}';
const busy = { name: "UndeclaredError", execution: "did not run", retryable: true, status: undefined };
const lost = { name: "TransportError", execution: "may have run", retryable: true, status: undefined };
const certain = { name: "UndeclaredError", execution: "did not run", retryable: false, status: undefined };
const uncertain = { name: "TransportError", execution: "may have run", retryable: false, status: undefined };

const checks = {
  async "strings and numbers that look like each other"() {
    const mark = String.raw`["\u00231234",12345678901234567890]`;
    assert.deepEqual(read(mark), ["#1234", 12345678901234567890n]);
    assert.throws(() => read('<p>24" broke 1234567890123456</p>'), SyntaxError);
    assert.equal(write([1, , 2]), "[1,null,2]");
  },
  async "large numbers in places of all kinds"() {
    const large = read("[12345678901234567890,1e300,7]");
    assert.deepEqual(decode([...large], { items: "double" }), [12345678901234567890, 1e300, 7]);
    assert.throws(() => decode([...large], { items: "number" }), { name: "NumberError" });
    assert.deepEqual(decode([large[0], 7], { items: "bigint" }), [12345678901234567890n, 7n]);
    assert.deepEqual(decode({ kind: { toString: 1 } }, { tag: ["kind", {}] }), { kind: { toString: 1 } });
  },
  async "nonsense does not end the program"() {
    const odd = '{"toString":1}';
    const deep = "[".repeat(20_000) + "]".repeat(20_000);
    const nonsense = [
      `{"id":${odd}}`,
      `{"method":"a","params":{"subscription":${odd}}}`,
      `{"method":"$/progress","params":{"token":${odd}}}`,
      `{"method":"$/cancelRequest","params":{"id":${odd}}}`,
      `{"method":${odd},"id":1}`,
      `{"method":${odd}}`,
      `{"method":"a","id":${odd}}`,
      '{"method":"a","id":1,"params":5}',
      `{"method":"a","id":${deep}}`,
      '{"method":"a","id":1e999}',
      '{"id":true,"result":"wrong"}',
    ];
    for (const text of nonsense) {
      const answer = (peer, message) => message.method === "m" && [text, result(message)].forEach((text) => peer.send(text));
      const handlers = answering([{ name: "a", run: () => 1 }], () => undefined);
      await connected(answer, { handlers }, async (rpc) => {
        const outcome = await call(rpc, method).catch((error) => error.name);
        assert(outcome === 1 || outcome === "TransportError", `${text.slice(0, 60)}: ${outcome}`);
        assert.equal(await call(rpc, method).catch((error) => error.name), outcome);
      });
    }
  },
  async "a subscription without an id fails"() {
    const answer = (peer, message) => message.method === "sub" && peer.send(result(message, { toString: 1 }));
    await connected(answer, {}, async (rpc) => {
      const failed = await failure(stream(rpc, { name: "sub", unsubscribe: "unsub" }).next());
      assert.deepEqual(failed, { ...lost, execution: "ran", retryable: false });
    });
  },
  async "an id that is nearly the one of a call"() {
    const answer = (peer, message) => [`{"id":"${message.id}","result":2}`, `{"id":[${message.id}],"result":3}`, result(message)].forEach((text) => peer.send(text));
    await connected(answer, {}, async (rpc) => assert.equal(await call(rpc, method), 1));
  },
  async "what throws while an error is reported"() {
    const reports = [];
    const { error } = console;
    console.error = (error) => reports.push(error.message);
    for (const onError of [() => { throw new Error("at once"); }, async () => { throw new Error("later"); }]) {
      const handlers = answering([{ name: "a", run: () => { throw new Error("first"); } }], onError);
      let asked;
      const answer = (peer, message) => {
        if (message.method === "m") asked = message;
        peer.send(message.method === "m" ? '{"id":"x","method":"a"}' : result(asked, message.error.code));
      };
      await connected(answer, { handlers }, async (rpc) => assert.equal(await call(rpc, method), -32603));
    }
    console.error = error;
    assert.deepEqual(reports, ["at once", "later"]);
  },
  async "an error without an id fails the calls that wait"() {
    await connected((peer) => peer.send(bare), {}, async (rpc) => {
      assert.deepEqual(await failure(call(rpc, method)), certain);
      const all = batch(rpc, (rpc) => Array.from({ length: 500 }, () => failure(call(rpc, method))));
      for (const one of await all) assert.deepEqual(one, certain);
    });
    let count = 0;
    await connected((peer) => ++count === 2 && peer.send(bare), {}, async (rpc) => {
      const both = await Promise.all([failure(call(rpc, method)), failure(call(rpc, method))]);
      assert.deepEqual(both, [uncertain, uncertain]);
    });
  },
  async "a stream that has begun goes on after such an error"() {
    const answer = (peer, { id, method }) => {
      const item = (token) => peer.send(JSON.stringify({ method: "$/progress", params: { token, value: 1 } }));
      if (method === "watch") item((watched = id));
      if (method === "m") {
        peer.send(bare);
        item(watched);
      }
    };
    let watched;
    await connected(answer, {}, async (rpc) => {
      const items = stream(rpc, { name: "watch" });
      await items.next();
      assert.deepEqual(await failure(call(rpc, method)), certain);
      assert.deepEqual(await items.next(), { value: 1, done: false });
      await items.return();
    });
  },
  async "close() fails what waits at once"() {
    let heard = false;
    await connected((peer) => (heard = true) && peer._socket.pause(), {}, async (rpc) => {
      let failed;
      void failure(call(rpc, method)).then((about) => (failed = about));
      await until(() => heard);
      rpc.close();
      // Before the server could say anything to that.
      await new Promise(setImmediate);
      assert.deepEqual(failed, uncertain);
    });
  },
  async "a batch that is given up is cancelled, without a listener for each call"() {
    const cancelled = new Set();
    let size;
    const answer = (_, message) => (Array.isArray(message) ? (size = message.length) : cancelled.add(message.params.id));
    await connected(answer, {}, async (rpc) => {
      const stop = new AbortController();
      const listeners = [];
      const { addEventListener } = AbortSignal.prototype;
      AbortSignal.prototype.addEventListener = function (...given) {
        listeners.push(this);
        addEventListener.apply(this, given);
      };
      const calls = batch(rpc, (rpc) => Array.from({ length: 20 }, () => call(rpc, method)), { signal: stop.signal });
      const failed = failure(calls);
      await until(() => size === 20);
      delete AbortSignal.prototype.addEventListener;
      assert(listeners.length < 5, `${listeners.length} listeners`);
      stop.abort();
      assert.deepEqual(await failed, uncertain);
      await until(() => cancelled.size === 20);
    });
  },
  async "a stream that nobody reads is stopped when it overflows"() {
    let stopped = 0;
    const answer = (peer, message) => {
      if (message.method === "unsub") stopped++;
      if (message.method !== "sub") return;
      peer.send(result(message, 7));
      for (let sent = 0; sent < 5000; sent++) peer.send('{"method":"s","params":{"subscription":7,"result":1}}');
    };
    await connected(answer, {}, async (rpc) => {
      const items = stream(rpc, { name: "sub", unsubscribe: "unsub" });
      await items.next();
      await until(() => stopped > 0);
      let read = 1;
      const all = (async () => { for await (const _ of items) read++; })();
      assert.deepEqual(await failure(all), { ...uncertain, execution: "ran" });
      assert(read < 1100);
      assert.equal(stopped, 1);
    });
  },
  async "a server that says something is not asked for a sign of life"() {
    let pings = 0;
    const answer = (peer, message) => {
      if (message.method === "rpc.ping") pings++;
      if (message.method !== "m") return;
      let sent = 0;
      const chatter = setInterval(() => {
        peer.send('{"method":"n"}');
        if (++sent < 40) return;
        clearInterval(chatter);
        peer.send(result(message));
      }, 20);
    };
    await connected(answer, { pingInterval: 250 }, async (rpc) => assert.equal(await call(rpc, method), 1));
    assert.equal(pings, 0);
  },
  async "a notification that was refused"() {
    await served((response) => response.writeHead(401).end('{"error":"unauthorized"}'), async (url) => {
      assert.deepEqual(await failure(notify(runtime.http(url), method)), { ...uncertain, execution: "did not run", status: 401 });
    });
  },
  async "an error of a gateway"() {
    for (const error of ['"unauthorized"', '{"code":"INTERNAL","message":"boom"}', '{"code":"constructor","message":""}'])
      await served((response) => response.writeHead(500).end(`{"error":${error}}`), async (url) => {
        const failed = await failure(call(runtime.http(url), { ...method, errors: { 1: [UndeclaredError] } }));
        assert.deepEqual(failed, { ...uncertain, status: 500 });
      });
  },
  async "headers that never come"() {
    const rpc = runtime.http("http://127.0.0.1:9", { headers: () => new Promise(() => undefined) });
    assert.deepEqual(await failure(call(rpc, method, undefined, { timeout: 20 })), { ...lost, execution: "did not run" });
  },
  async "one call that can't be written, among others"() {
    const answer = (response, text) => response.end(`[${[JSON.parse(text)].flat().map((message) => result(message))}]`);
    await served(answer, async (url) => {
      const rpc = runtime.http(url, { batching: 10 });
      const [bad, good] = await Promise.allSettled([call(rpc, { ...method, params: ["a"] }, { a: Number.NaN }), call(rpc, method)]);
      assert.deepEqual([bad.reason.name, good.value], ["TypeError", 1]);
    });
  },
  async "lines that end with a carriage return only"() {
    const answer = (response, text) => {
      const { id } = JSON.parse(text);
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(`data: {"method":"$/progress","params":{"token":${id},"value":1}}\r\r`);
      // The stream never ends, so the first item must come without what follows it.
    };
    await served(answer, async (url) => {
      const items = stream(runtime.http(url), method);
      assert.deepEqual(await items.next(), { value: 1, done: false });
      await items.return();
    });
  },
  async "events that are nonsense"() {
    for (const data of ["null", "5", '{"method":"$/progress"}'])
      await served((response) => response.writeHead(200, { "content-type": "text/event-stream" }).end(`data: ${data}\n\n`), async (url) => {
        const { name } = await failure(stream(runtime.http(url), method).next());
        assert.equal(name, "TransportError");
      });
  },
  async "a stream that does not open is not opened again"() {
    let attempts = 0;
    const answer = (response, text) => {
      attempts++;
      response.writeHead(503).end(`{"id":${JSON.parse(text).id},"error":{"code":-32009,"message":"busy"}}`);
    };
    await served(answer, async (url) => assert.deepEqual(await failure(stream(runtime.http(url), journal).next()), busy));
    assert.equal(attempts, 1);
  },
  async "items without a cursor are no progress"() {
    const times = [];
    const answer = (response, text) => {
      times.push(Date.now());
      const { id } = JSON.parse(text);
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end(`data: {"method":"$/progress","params":{"token":${id},"value":1}}\n\n`);
    };
    await served(answer, async (url) => {
      let seen = 0;
      for await (const _ of stream(runtime.http(url), journal)) if (++seen === 5) break;
    });
    // The last of four pauses is at least half of 50 ms doubled three times.
    assert(times[4] - times[3] >= 199, `${times}`);
  },
  async "a signal that is given while a stream is opened again"() {
    const answer = (response, text) => {
      const { id } = JSON.parse(text);
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end(`data: {"method":"$/progress","params":{"token":${id},"value":1,"cursor":1}}\n\n`);
    };
    await served(answer, async (url) => {
      const stop = new AbortController();
      const items = stream(runtime.http(url), journal, {}, { signal: stop.signal, onReopen: () => stop.abort() });
      await items.next();
      const { execution, retryable } = await failure(items.next());
      assert.deepEqual([execution, retryable], ["may have run", false]);
    });
  },
};

for (const [name, check] of Object.entries(checks)) {
  const late = setTimeout(() => {
    console.error(`${name}: it takes too long`);
    process.exit(1);
  }, 120_000);
  try {
    await check();
    clearTimeout(late);
  } catch (error) {
    console.error(`${name}: ${error.stack}`);
    process.exit(1);
  }
}
console.log(`${Object.keys(checks).length} passed`);
process.exit(0);
