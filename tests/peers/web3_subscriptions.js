'use strict';
// Interop peer: web3.js as a client of a server with Ethereum's subscriptions.
//
// usage: node web3_subscriptions.js URL

const assert = require('node:assert').strict;
const { Web3 } = require('web3');
const { Items, rejection, run, until } = require('./subscriptions.js');

const web3 = new Web3(process.argv[2]);
const open = () => web3.provider.request({ method: 'chain_open', params: [] }).then((it) => it.result);

run({
  'a call': async () => {
    assert.equal(await web3.eth.getChainId(), 1n);
    assert.equal(await web3.eth.getBlockNumber(), 16n);
  },
  'block headers': async () => {
    const heads = new Items();
    const subscription = await web3.eth.subscribe('newHeads');
    subscription.on('data', (head) => heads.push(head.number));
    subscription.on('error', (error) => heads.push(error));
    assert.deepEqual(await heads.take(3), [1n, 2n, 3n]);
    assert.equal(await open(), 1);
    await subscription.unsubscribe();
    await until(0, open);
  },
  'a refused subscription': async () => {
    const params = ['logs'];
    const refused = await rejection(web3.provider.request({ method: 'eth_subscribe', params }));
    assert.equal(refused.error?.code ?? refused.code, 1001);
  },
});
