// Makes the calls of a plan with a generated client, against a server of its own that gives the plan's replies. Prints a line for each
// call: what the program got, or what was sent.
//
// usage: node meet.mjs CLIENT PLAN, where CLIENT is a folder beside this file.

import fs from "node:fs";
import http from "node:http";

const [, , name, planFile] = process.argv;
const { g } = await import(`./${name}/client.ts`);
const { http: connect } = await import(`./${name}/runtime.ts`);

let reply = "";
let sent = "";
const server = http.createServer((request, response) => {
  let body = "";
  request.on("data", (part) => (body += part));
  request.on("end", () => {
    sent = body;
    const id = /"id":("[^"]*"|\d+)/.exec(body)[1];
    response.setHeader("content-type", "application/json");
    response.end(`{"jsonrpc":"2.0","id":${id},${reply.slice(1)}`);
  });
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const rpc = connect(`http://127.0.0.1:${server.address().port}/`);

// Numbers that JSON.parse would round are bigints, and JSON.stringify writes them as they are.
const text = (value) =>
  JSON.stringify(value, (_, it) => (typeof it === "bigint" ? JSON.rawJSON(it.toString()) : it)) ?? "null";

for (const line of fs.readFileSync(planFile, "utf8").trim().split("\n")) {
  const call = JSON.parse(line);
  reply = call.reply;
  sent = "";
  let outcome;
  let value;
  const run = async (param) => {
    try {
      const result = await g[call.method](rpc, call.hasParams ? { p: param } : undefined);
      [outcome, value] = ["ok", text(result)];
    } catch (error) {
      const isDeclared = error.code === 1;
      [outcome, value] = isDeclared ? ["declared", text(error.data)] : [`${error.code}: ${error.message}`, undefined];
    }
  };
  await run(call.param);
  // A parameter that is a bigint.
  if (call.hasParams && sent === "" && Number.isInteger(call.param)) await run(BigInt(call.param));
  if (call.hasParams) value = /"params":\{"p":(.*)\}[,}]/.exec(sent)?.[1] ?? (/"params":\[(.*)\][,}]/.exec(sent)?.[1]);
  console.log(`{"outcome":${JSON.stringify(outcome)}${value === undefined ? "" : `,"value":${value}`}}`);
}
server.close();
server.closeAllConnections();
