'use strict';
// Interop peer: rpc-websockets, on which Solana's client is built, as a client of
// a server with subscriptions in jsonrpsee's form.
//
// usage: node rpc_websockets_subscriptions.js URL

const assert = require('node:assert').strict;
const { Client } = require('rpc-websockets');
const { Items, rejection, run, until } = require('./subscriptions.js');

const client = new Client(process.argv[2], { reconnect: false });
const open = () => client.call('chain_open', []);

run({
  'a call': async () => {
    await new Promise((resolve) => client.on('open', resolve));
    assert.equal(await client.call('chain_version', []), '1');
  },
  'a subscription': async () => {
    const items = new Items();
    client.on('chain_head', (params) => items.push(params));
    const subscription = await client.call('chain_subscribeHeads', [3]);
    const expected = ['0x1', '0x2', '0x3'].map((number) => ({ subscription, result: { number } }));
    assert.deepEqual(await items.take(3), expected);
    assert.equal(await client.call('chain_unsubscribeHeads', [subscription]), true);
    assert.equal(await client.call('chain_unsubscribeHeads', [subscription]), false);
    await until(0, open);
  },
  'one that fails': async () => {
    const items = new Items();
    client.on('chain_fragile', (params) => items.push(params));
    const subscription = await client.call('chain_subscribeFragile', { to: 5 });
    const failure = (await items.take(3))[2];
    const error = { code: 1002, message: '3 is too much', data: { at: 3 } };
    assert.deepEqual(failure, { subscription, error });
    assert.equal((await rejection(client.call('chain_subscribeFragile', [0]))).code, 1001);
  },
});
