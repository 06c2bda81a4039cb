'use strict';
// Interop peer: talks to a server of streams over a WebSocket of the npm package
// ws, message by message.
//
// usage: node ws_client.js URL

const assert = require('node:assert').strict;
const { WebSocket } = require('ws');

let socket;
const received = []; // what nobody has waited for yet
const waiting = [];

function connect() {
  return new Promise((resolve, reject) => {
    socket = new WebSocket(process.argv[2]);
    socket.on('open', resolve);
    socket.on('error', reject);
    socket.on('message', (data, isBinary) => {
      assert.equal(isBinary, false);
      const message = JSON.parse(data.toString());
      const next = waiting.shift();
      if (next) next(message);
      else received.push(message);
    });
  });
}

function next() {
  if (received.length) return Promise.resolve(received.shift());
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('no message came')), 20_000);
    waiting.push((message) => {
      clearTimeout(late);
      resolve(message);
    });
  });
}

const send = (message) => socket.send(JSON.stringify(message));
const call = (id, method, params) => send({ jsonrpc: '2.0', id, method, params });
const notify = (method, params) => send({ jsonrpc: '2.0', method, params });
const item = (token, value) => ({ jsonrpc: '2.0', method: '$/progress', params: { token, value } });
const result = (id, value) => ({ jsonrpc: '2.0', result: value, id });

const checks = {
  'a call': async () => {
    call('a', 'feed.echo', ['é😀\n']);
    assert.deepEqual(await next(), result('a', 'é😀\n'));
  },
  'a call in a binary message': async () => {
    socket.send(Buffer.from('{"jsonrpc":"2.0","id":1,"method":"feed.echo","params":["b"]}'));
    assert.deepEqual(await next(), result(1, 'b'));
  },
  'a call in fragments': async () => {
    const text = JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'feed.echo', params: ['fragments'] });
    for (let at = 0; at < text.length; at += 7) {
      socket.send(text.slice(at, at + 7), { fin: at + 7 >= text.length });
    }
    assert.deepEqual(await next(), result(2, 'fragments'));
  },
  'a batch': async () => {
    send([1, 2].map((id) => ({ jsonrpc: '2.0', id, method: 'feed.echo', params: [`${id}`] })));
    assert.deepEqual(await next(), [result(1, '1'), result(2, '2')]);
  },
  'a stream': async () => {
    call(7, 'feed.count', [3]);
    for (const message of [item(7, 1), item(7, 2), item(7, 3), result(7, null)]) {
      assert.deepEqual(await next(), message);
    }
  },
  'a stream that fails': async () => {
    call(8, 'feed.fragile', { to: 9 });
    assert.deepEqual(await next(), item(8, 1));
    assert.deepEqual(await next(), item(8, 2));
    const end = await next();
    assert.deepEqual(end.error, { code: 1002, message: '3 is too much', data: { at: 3 } });
    assert.equal(end.id, 8);
  },
  'a stream that is refused': async () => {
    call(9, 'feed.fragile', [0]);
    assert.equal((await next()).error.code, 1001);
  },
  'a cancelled stream': async () => {
    call(10, 'feed.silent', []);
    notify('$/cancelRequest', { id: 10 });
    const end = await next();
    assert.equal(end.id, 10);
    assert.equal(end.error.code, -32800);
  },
  'credit': async () => {
    notify('$/window', { token: 11, add: 300 });
    call(11, 'feed.endless', ['x'.repeat(100)]);
    assert.deepEqual((await next()).params, { token: 11, opened: true });
    assert.deepEqual(await next(), item(11, 'x'.repeat(100)));
    assert.deepEqual(await next(), item(11, 'x'.repeat(100)));
    // A stream may overdraw its credit by one item, and then it waits.
    call(12, 'feed.echo', ['y']);
    assert.deepEqual(await next(), result(12, 'y'));
    notify('$/cancelRequest', { id: 11 });
    assert.equal((await next()).error.code, -32800);
  },
  'replies are not held up by a stream': async () => {
    call(13, 'feed.endless', ['z']);
    assert.deepEqual(await next(), item(13, 'z'));
    call(14, 'feed.echo', ['now']);
    let messages = 0;
    for (;;) {
      const message = await next();
      if (message.id === 14) break;
      assert.ok(++messages < 1_000_000);
    }
    notify('$/cancelRequest', { id: 13 });
    while ((await next()).id !== 13);
  },
  'a ping': async () => {
    const pong = new Promise((resolve) => socket.once('pong', resolve));
    socket.ping('hello');
    assert.equal((await pong).toString(), 'hello');
  },
  'nonsense': async () => {
    socket.send('nonsense');
    const refused = await next();
    assert.equal(refused.error.code, -32700);
    assert.equal(refused.id, null);
  },
  'unknown control messages are ignored': async () => {
    notify('$/setTrace', { value: 'off' });
    call(15, 'feed.echo', ['on']);
    assert.deepEqual(await next(), result(15, 'on'));
  },
  'a close': async () => {
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.close(1000);
    assert.equal(await closed, 1000);
  },
};

async function main() {
  await connect();
  let passed = 0;
  let failed = 0;
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
      passed++;
      console.log(`ok      ${name}`);
    } catch (error) {
      failed++;
      console.log(`FAILED  ${name}: ${String(error.message).slice(0, 300).replaceAll('\n', ' ')}`);
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
}

setTimeout(() => {
  console.log('FAILED  took over 60 s');
  process.exit(1);
}, 60_000).unref();
main();
