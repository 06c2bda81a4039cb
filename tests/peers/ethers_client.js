'use strict';
// Interop peer: calls a JSON-RPC 2.0 server with JsonRpcProvider of the npm
// package ethers.
//
// usage: node ethers_client.js URL [--eth]
//
// Without --eth, the network is given in advance, so that ethers calls no
// methods of its own. With --eth there are two more checks, for which the server
// must offer eth_chainId -> "0x1" and eth_blockNumber -> "0x10".
//
// ethers numbers its requests 1, 2, ... and sends all calls made within 10 ms as
// one batch. It has no notifications.

const assert = require('node:assert').strict;
const { FetchRequest, JsonRpcProvider, Network } = require('ethers');

const run = `ethers-${process.pid}-${Date.now()}`;
const sent = []; // the payloads: an object for one call, an array for a batch
const providers = [];

function connect(network, options) {
  const request = new FetchRequest(process.argv[2]);
  request.timeout = 10_000;
  const provider = new JsonRpcProvider(request, network, options);
  provider.on('debug', (event) => {
    if (event.action === 'sendRpcPayload') sent.push(event.payload);
  });
  providers.push(provider);
  return provider;
}

const provider = connect(Network.from(1), { staticNetwork: true });

async function result(method, params, wanted) {
  assert.deepEqual(await provider.send(method, params), wanted);
}

// The error object in the server's answer. ethers wraps it and puts it in one of
// two places.
async function refused(promise) {
  try {
    await promise;
  } catch (error) {
    const inner = error.error ?? error.info?.error;
    if (typeof inner?.code === 'number') return inner;
    throw error;
  }
  throw new Error('no error came back');
}

async function code(method, params, wanted) {
  const error = await refused(provider.send(method, params));
  assert.equal(error.code, wanted);
  assert.notEqual(error.message, '');
}

async function loggedOnce(line) {
  const lines = await provider.send('logged', []);
  assert.equal(lines.filter((l) => l === line).length, 1);
}

const checks = {
  'positional call': () => result('add', [2, 3], 5),
  'named call': () => result('add', { a: 2, b: 3 }, 5),
  'named call, in another order': () => result('add', { b: 40, a: -2 }, 38),
  'sum past 32 bits': () => result('add', [2 ** 31, 2 ** 31], 2 ** 32),
  'one call is not a batch': async () => {
    sent.length = 0;
    await result('add', [1, 1], 2);
    assert.equal(sent.length, 1);
    assert.ok(!Array.isArray(sent[0]));
  },
  'application error': async () => {
    assert.deepEqual(await refused(provider.send('fail', [])), {
      code: 1001,
      message: 'only 3 left',
      data: { left: 3 },
    });
  },
  'method not found': () => code('nosuch', [], -32601),
  'too few params': async () => {
    await code('add', [1], -32602);
    await code('add', [], -32602);
  },
  'too many params': () => code('add', [1, 2, 3], -32602),
  'param of the wrong type': async () => {
    await code('add', ['x', 2], -32602);
    await code('echo', [5], -32602);
  },
  'missing name': () => code('add', { a: 1 }, -32602),
  'unknown name': () => code('add', { a: 1, b: 2, c: 3 }, -32602),
  'log as a call': async () => {
    await result('log', [`${run} ü`], null);
    await loggedOnce(`${run} ü`);
  },
  'mixed batch': async () => {
    sent.length = 0;
    const line = `${run} batch`;
    const [sum, failure, none, wrong, text, logged] = await Promise.all([
      provider.send('add', [1, 2]),
      refused(provider.send('fail', [])),
      refused(provider.send('nosuch', [])),
      refused(provider.send('add', ['x', 2])),
      provider.send('echo', { text: 'in a batch é' }),
      provider.send('log', { line }),
    ]);
    assert.equal(sum, 3);
    assert.equal(failure.code, 1001);
    assert.deepEqual(failure.data, { left: 3 });
    assert.equal(none.code, -32601);
    assert.equal(wrong.code, -32602);
    assert.equal(text, 'in a batch é');
    assert.equal(logged, null);
    assert.equal(sent.length, 1);
    assert.equal(sent[0].length, 6);
    await loggedOnce(line);
  },
  '250 calls at once': async () => {
    sent.length = 0;
    const sums = await Promise.all(Array.from({ length: 250 }, (_, i) => provider.send('add', [i, i])));
    sums.forEach((sum, i) => assert.equal(sum, 2 * i));
    assert.deepEqual(sent.map((batch) => batch.length), [100, 100, 50]);
  },
  unicode: async () => {
    const texts = [
      '',
      'é ü ß',
      '日本語',
      'שלום',
      '😀 👩‍👩‍👧',
      'e\u0301',
      '\u2028\u2029\ufeff',
      '"quoted" \\ / \b\f\n\r\t',
      '\u0000\u0001\u001f\u007f',
      '\ud7ff\ue000\uffff\u{10ffff}',
    ];
    assert.deepEqual(await Promise.all(texts.map((text) => provider.send('echo', [text]))), texts);
  },
  'long string': async () => {
    for (const text of ['x'.repeat(300_000), 'é😀\n'.repeat(50_000)]) {
      await result('echo', [text], text);
    }
  },
};

if (process.argv.includes('--eth')) {
  checks['network found by asking the server'] = async () => {
    const asking = connect();
    const network = await asking.getNetwork();
    assert.equal(network.chainId, 1n);
    assert.equal(await asking.send('add', [2, 2]), 4);
  };
  checks['block number'] = async () => {
    assert.equal(await provider.getBlockNumber(), 16);
  };
}

async function main() {
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
  for (const each of providers) each.destroy();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}

// ethers retries for ever if it asks for the network and gets no answer.
setTimeout(() => {
  console.log('FAILED  took over 60 s');
  process.exit(1);
}, 60_000).unref();
main();
