'use strict';
// Interop peer: ethers as a client of a server with Ethereum's subscriptions.
//
// usage: node ethers_subscriptions.js URL

const assert = require('node:assert').strict;
const { WebSocketProvider } = require('ethers');
const { Items, rejection, run, until } = require('./subscriptions.js');

const provider = new WebSocketProvider(process.argv[2]);
const open = () => provider.send('chain_open', []);

run({
  'a call': async () => {
    assert.equal((await provider.getNetwork()).chainId, 1n);
    assert.equal(await provider.send('eth_blockNumber', []), '0x10');
  },
  'blocks': async () => {
    const blocks = new Items();
    await provider.on('block', (number) => blocks.push(number));
    assert.deepEqual(await blocks.take(3), [1, 2, 3]);
    assert.equal(await open(), 1);
    await provider.off('block');
    await until(0, open);
  },
  'transactions': async () => {
    const transactions = new Items();
    await provider.on('pending', (transaction) => transactions.push(transaction));
    await provider.send('chain_release', [2]);
    assert.deepEqual(await transactions.take(2), ['0x1', '0x2']);
    await provider.removeAllListeners();
    await until(0, open);
  },
  'an unknown subscription': async () => {
    const refused = await rejection(provider.send('eth_subscribe', ['nothing']));
    assert.equal(refused.error.code, -32601);
    const unknown = await rejection(provider.send('eth_unsubscribe', ['0x5']));
    assert.equal(unknown.error.code, -32000);
  },
  'a refused subscription': async () => {
    const refused = await rejection(provider.send('eth_subscribe', ['logs']));
    assert.deepEqual(refused.error, { code: 1001, message: 'nothing to count' });
  },
});
