'use strict';
// Interop peer: calls a server over its stdin and stdout with the npm package vscode-jsonrpc, which clients of language
// servers use. Messages have heads with their length.
//
// usage: node vscode_jsonrpc_client.js COMMAND ARGUMENT...

const assert = require('node:assert').strict;
const { once } = require('node:events');
const { spawn } = require('node:child_process');
const { PassThrough } = require('node:stream');
const rpc = require('vscode-jsonrpc/node');

const [command, ...words] = process.argv.slice(2);
const server = spawn(command, words, { stdio: ['pipe', 'pipe', 'inherit'] });
// The server is a program of tests, which first says what it runs.
const FIRST = 'running 1 test\n';
const messages = new PassThrough();
let head = Buffer.alloc(0);
server.stdout.on('data', function skip(data) {
  head = Buffer.concat([head, data]);
  const at = head.indexOf(FIRST);
  if (at < 0) return;
  server.stdout.off('data', skip);
  messages.write(head.subarray(at + FIRST.length));
  server.stdout.pipe(messages);
});
const connection = rpc.createMessageConnection(
  new rpc.StreamMessageReader(messages),
  new rpc.StreamMessageWriter(server.stdin),
);

// The items of streams, by the id of their call, which vscode-jsonrpc counts from 0 and does not show.
const items = [];
let sent = -1;
connection.onUnhandledProgress(({ token, value }) => (items[token] ??= []).push(value));
const call = (...words) => {
  sent += 1;
  return connection.sendRequest(...words);
};

const until = async (reached) => {
  while (!reached()) await new Promise((resolve) => setTimeout(resolve, 5));
};

// The server calls back, and is called in turn.
connection.onRequest('answers.answer', (levels) => call('feed.ask', levels));
connection.listen();

const checks = {
  'calls by position and by name': async () => {
    assert.equal(await call('feed.echo', 'é😀\n'), 'é😀\n');
    assert.equal(await call('feed.echo', { text: 'x' }), 'x');
  },
  'a large message': async () => {
    const text = 'é'.repeat(40_000);
    assert.equal(await call('feed.echo', text), text);
  },
  'errors': async () => {
    await assert.rejects(call('feed.nothing'), { code: -32601 });
    await assert.rejects(call('feed.echo', 1), { code: -32602 });
    await assert.rejects(call('feed.fragile', 0), { code: 1001, message: 'nothing to count' });
  },
  'a stream': async () => {
    assert.equal(await call('feed.count', 500), null);
    assert.deepEqual(items[sent], Array.from({ length: 500 }, (_, at) => at + 1));
  },
  'a stream that fails': async () => {
    await assert.rejects(call('feed.fragile', 5), { code: 1002, data: { at: 3 } });
    assert.deepEqual(items[sent], [1, 2]);
  },
  'a stream that is cancelled': async () => {
    const cancellation = new rpc.CancellationTokenSource();
    const endless = call('feed.endless', 'x', cancellation.token);
    endless.catch(() => {});
    const token = sent;
    await until(() => items[token]?.length > 100);
    cancellation.cancel();
    await assert.rejects(endless, { code: -32800 });
    assert.equal(await call('feed.echo', 'after it'), 'after it');
  },
  'a call that is cancelled': async () => {
    const cancellation = new rpc.CancellationTokenSource();
    const waiting = call('feed.gate', cancellation.token);
    waiting.catch(() => {});
    cancellation.cancel();
    await assert.rejects(waiting, { code: -32800 });
  },
  'calls in both directions': async () => {
    assert.equal(await call('feed.ask', 5), '5 4 3 2 1 enough');
  },
  'notifications': async () => {
    await connection.sendNotification('feed.note', 'x');
    await connection.sendNotification('$/setTrace', { value: 'off' });
    assert.equal(await call('feed.echo', 'after them'), 'after them');
  },
  'the end of stdin ends the server': async () => {
    const exit = once(server, 'exit');
    server.stdin.end();
    assert.deepEqual(await exit, [0, null]);
  },
};

async function main() {
  let [passed, failed] = [0, 0];
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
      passed += 1;
    } catch (error) {
      failed += 1;
      console.log(`FAILED ${name}: ${error.stack}`);
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}

main();
