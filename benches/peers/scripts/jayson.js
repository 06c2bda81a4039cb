// jayson in its own process: times repetitions of a message, from its bytes to the reply's.
//
// A line on standard input is {"message": text, "repetitions": number}; the answer is a line
// {"nanoseconds": of one repetition, "reply": text or null}.
'use strict';

const readline = require('node:readline');
const jayson = require('jayson');

const total = (orders) => orders.reduce((sum, order) => sum + order.price * order.quantity, 0);

const server = new jayson.Server({
  add: ([a, b], callback) => callback(null, a + b),
  echo: ([text], callback) => callback(null, text),
  total: ([orders], callback) => callback(null, total(orders)),
});

// It answers a batch only after this function has returned.
function handle(message) {
  return new Promise((resolve) => {
    server.call(message.toString('utf8'), (error, response) => {
      const reply = error || response;
      resolve(reply && Buffer.from(JSON.stringify(reply)));
    });
  });
}

async function answer(line) {
  const { message: text, repetitions } = JSON.parse(line);
  const message = Buffer.from(text);
  let reply;
  const start = process.hrtime.bigint();
  for (let i = 0; i < repetitions; i++) {
    reply = await handle(message);
  }
  const nanoseconds = Number(process.hrtime.bigint() - start) / repetitions;
  const replyText = reply ? reply.toString('utf8') : null;
  process.stdout.write(JSON.stringify({ nanoseconds, reply: replyText }) + '\n');
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    await answer(line);
  }
}

main();
