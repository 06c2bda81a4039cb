'use strict';
// Interop peer: the provider of Polkadot's API as a client of a server with
// subscriptions in jsonrpsee's form.
//
// usage: node polkadot_subscriptions.js URL

const assert = require('node:assert').strict;
const { WsProvider } = require('@polkadot/rpc-provider');
const { Items, rejection, run, until } = require('./subscriptions.js');

const provider = new WsProvider(process.argv[2], false);
const open = () => provider.send('chain_open', []);

async function subscribe(type, method, params) {
  const items = new Items();
  const push = (error, item) => items.push(error ?? item);
  const id = await provider.subscribe(type, method, params, push);
  return [items, id];
}

run({
  'a call': async () => {
    await provider.connect();
    await provider.isReady;
    assert.equal(await provider.send('chain_version', []), '1');
  },
  'two subscriptions': async () => {
    const [first, firstId] = await subscribe('chain_head', 'chain_subscribeHeads', [3]);
    const [second, secondId] = await subscribe('chain_head', 'chain_subscribeHeads', [2]);
    assert.notEqual(firstId, secondId);
    assert.deepEqual(await first.take(3), ['0x1', '0x2', '0x3'].map((number) => ({ number })));
    assert.deepEqual(await second.take(2), ['0x1', '0x2'].map((number) => ({ number })));
    for (const id of [firstId, secondId]) {
      assert.equal(await provider.unsubscribe('chain_head', 'chain_unsubscribeHeads', id), true);
    }
    await until(0, open);
  },
  'an endless one': async () => {
    const [items, id] = await subscribe('chain_subscribeText', 'chain_subscribeText', ['x']);
    assert.deepEqual(await items.take(1000), Array(1000).fill('x'));
    const type = 'chain_subscribeText';
    assert.equal(await provider.unsubscribe(type, 'chain_unsubscribeText', id), true);
    await until(0, open);
  },
  'one that is refused': async () => {
    const type = 'chain_fragile';
    const refused = await rejection(subscribe(type, 'chain_subscribeFragile', [0]));
    assert.match(refused.message, /1001: nothing to count/);
  },
  'one that fails': async () => {
    const [items] = await subscribe('chain_fragile', 'chain_subscribeFragile', [5]);
    const [one, two, failure] = await items.take(3);
    assert.deepEqual([one, two], [1, 2]);
    assert.match(failure.message, /1002: 3 is too much/);
  },
});
