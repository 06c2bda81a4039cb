'use strict';
// Interop peer: web3.js as a client of a server with Ethereum's subscriptions.
//
// usage: node web3_subscriptions.js URL

const assert = require('node:assert').strict;
const { Web3 } = require('web3');
const { Items, rejection, run, until } = require('./subscriptions.js');

const web3 = new Web3(process.argv[2]);
const request = (method, params) => web3.requestManager.send({ method, params });
const open = () => request('chain_open', []);

run({
  'a call': async () => {
    assert.equal(await web3.eth.getChainId(), 1n);
    assert.equal(await web3.eth.getBlockNumber(), 16n);
  },
  // It loses items that come together with the reply, so these come when they are asked for.
  'transactions': async () => {
    const transactions = new Items();
    const subscription = await web3.eth.subscribe('newPendingTransactions');
    subscription.on('data', (transaction) => transactions.push(transaction));
    subscription.on('error', (error) => transactions.push(error));
    await request('chain_release', [3]);
    assert.deepEqual(await transactions.take(3), ['0x1', '0x2', '0x3']);
    assert.equal(await open(), 1);
    await subscription.unsubscribe();
    await until(0, open);
  },
  'a refused subscription': async () => {
    const refused = await rejection(request('eth_subscribe', ['logs']));
    assert.equal(refused.cause.code, 1001);
  },
});
