'use strict';
// Interop peer: viem as a client of a server with Ethereum's subscriptions.
//
// usage: node viem_subscriptions.js URL

const assert = require('node:assert').strict;
const { createPublicClient, webSocket } = require('viem');
const { Items, rejection, run, until } = require('./subscriptions.js');

const client = createPublicClient({ transport: webSocket(process.argv[2]) });
const open = () => client.request({ method: 'chain_open' });

run({
  'a call': async () => {
    assert.equal(await client.getChainId(), 1);
    assert.equal(await client.getBlockNumber(), 16n);
  },
  'block numbers': async () => {
    const blocks = new Items();
    const onBlockNumber = (number) => blocks.push(number);
    const onError = (error) => blocks.push(error);
    const unwatch = client.watchBlockNumber({ onBlockNumber, onError });
    assert.deepEqual(await blocks.take(3), [1n, 2n, 3n]);
    assert.equal(await open(), 1);
    unwatch();
    await until(0, open);
  },
  'a subscription of its transport': async () => {
    const items = new Items();
    const { subscriptionId, unsubscribe } = await client.transport.subscribe({
      params: ['newHeads'],
      onData: (data) => items.push(data.result),
      onError: (error) => items.push(error),
    });
    assert.match(subscriptionId, /^0x[1-9a-f][0-9a-f]*$/);
    assert.deepEqual(await items.take(3), ['0x1', '0x2', '0x3'].map((number) => ({ number })));
    assert.equal((await unsubscribe()).result, true);
    assert.equal(await open(), 0);
  },
  'a refused subscription': async () => {
    const params = ['logs'];
    const refused = await rejection(client.transport.subscribe({ params, onData() {} }));
    assert.equal(refused.code ?? refused.cause?.code, 1001);
  },
});
