'use strict';
// Interop peer: calls a JSON-RPC 2.0 service over NATS with the npm package
// @nats-io/transport-node, message by message.
//
// usage: node nats_client.js ADDRESS

const assert = require('node:assert').strict;
const { connect, headers } = require('@nats-io/transport-node');

const call = (method, params, id = 1) => JSON.stringify({ jsonrpc: '2.0', method, params, id });
const result = (value, id = 1) => ({ jsonrpc: '2.0', result: value, id });

const checks = {
  'a call at the subject of its method': async (nats) => {
    const reply = await ask(nats, 'works.text.echo', call('text.echo', ['é😀\n']));
    assert.deepEqual(reply.json(), result('é😀\n'));
  },
  'many calls at once': async (nats) => {
    const one = async (n) => {
      const reply = await ask(nats, 'works.add', call('add', [n, n], n));
      assert.deepEqual(reply.json(), result(2 * n, n));
    };
    await Promise.all([...Array(200).keys()].map(one));
  },
  'a header': async (nats) => {
    const map = headers();
    map.set('X-Shop', 'north');
    const reply = await ask(nats, 'works.header', call('header', ['x-shop']), { headers: map });
    assert.deepEqual(reply.json(), result('north'));
  },
  'an error, with the headers of the services of NATS': async (nats) => {
    const reply = await ask(nats, 'works.fail', call('fail', []));
    assert.equal(reply.json().error.code, 1001);
    assert.equal(reply.headers.get('Nats-Service-Error-Code'), '409');
  },
  'a call whose time is over': async (nats) => {
    const map = headers();
    map.set('rpc-timeout-ms', '0');
    const reply = await ask(nats, 'works.add', call('add', [1, 2]), { headers: map });
    assert.equal(reply.headers.get('rpc-refused'), 'expired');
    assert.equal(reply.json().id, 1);
  },
  'a batch': async (nats) => {
    const reply = await ask(nats, 'works', `[${call('add', [1, 2], 1)},${call('add', [3, 4], 2)}]`);
    assert.deepEqual(reply.json(), [result(3, 1), result(7, 2)]);
  },
  'a notification is answered when it has run': async (nats) => {
    const note = JSON.stringify({ jsonrpc: '2.0', method: 'note', params: [5] });
    const reply = await ask(nats, 'works.note', note);
    assert.equal(reply.data.length, 0);
  },
};

const ask = (nats, subject, message, options) =>
  nats.request(subject, message, { timeout: 30_000, ...options });

async function main() {
  const nats = await connect({ servers: process.argv[2] });
  let failed = 0;
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check(nats);
      console.log(`ok      ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${name}: ${error.stack}`);
    }
  }
  await nats.close();
  console.log(`${Object.keys(checks).length - failed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
}

main();
