'use strict';
// Interop peer: reads streams with the npm package eventsource. It asks the test to
// do something by printing a line: `write N`, `cut`.
//
// usage: node event_source_client.js URL

const assert = require('node:assert').strict;
const { EventSource } = require('eventsource');

const url = process.argv[2];
const ask = (what) => console.log(what);

// Collects what comes: [name, id, data] for an event, ['error', status] for an error.
function open(path) {
  const source = new EventSource(url + path);
  const received = [];
  let wake = () => {};
  const add = (what) => {
    received.push(what);
    wake();
  };
  for (const name of ['message', 'end', 'failed']) {
    source.addEventListener(name, (event) => add([name, event.lastEventId, JSON.parse(event.data)]));
  }
  source.addEventListener('error', (event) => add(['error', event.code]));
  const next = async () => {
    const late = Date.now() + 60_000;
    while (!received.length) {
      assert(Date.now() < late, 'nothing came');
      await new Promise((resolve) => {
        wake = resolve;
        setTimeout(resolve, 1000);
      });
    }
    return received.shift();
  };
  return { source, next };
}

// After the last event, it connects again, is told to stay away, and gives up.
async function closed({ source, next }) {
  for (;;) {
    const [name, status] = await next();
    assert.equal(name, 'error');
    if (status === 204) break;
  }
  assert.equal(source.readyState, EventSource.CLOSED);
}

const checks = {
  'items and the end': async () => {
    const ticks = open('journal.ticks?to=3');
    for (const number of [1, 2, 3]) {
      assert.deepEqual(await ticks.next(), ['message', '$begun', number]);
    }
    assert.deepEqual(await ticks.next(), ['end', '$end', null]);
    await closed(ticks);
  },
  'cursors of all kinds': async () => {
    const keyed = open('journal.keyed');
    for (let index = 0; index < 7; index++) {
      const [name, id, value] = await keyed.next();
      assert.deepEqual([name, value], ['message', index]);
      assert(id && !id.startsWith('$'), id);
    }
    assert.deepEqual(await keyed.next(), ['end', '$end', null]);
    keyed.source.close();
  },
  'a stream goes on after it was cut': async () => {
    const log = open('journal.log?topic=tea');
    ask('write 2');
    assert.deepEqual(await log.next(), ['message', '1', 'line 1']);
    assert.deepEqual(await log.next(), ['message', '2', 'line 2']);
    ask('cut');
    ask('write 2');
    assert.equal((await log.next())[0], 'error');
    assert.deepEqual(await log.next(), ['message', '3', 'line 3']);
    assert.deepEqual(await log.next(), ['message', '4', 'line 4']);
    log.source.close();
  },
  'a stream without cursors has a gap after it was cut': async () => {
    const silent = open('journal.silent');
    await new Promise((resolve) => silent.source.addEventListener('open', resolve));
    ask('cut');
    assert.equal((await silent.next())[0], 'error');
    const [name, id, error] = await silent.next();
    assert.deepEqual([name, id, error.code], ['failed', '$end', -33003]);
    await closed(silent);
  },
  'what is refused for good': async () => {
    const refused = open('journal.log?topic=coffee');
    assert.deepEqual(await refused.next(), ['error', 404]);
    assert.equal(refused.source.readyState, EventSource.CLOSED);
    const changing = open('journal.clear');
    assert.deepEqual(await changing.next(), ['error', 405]);
  },
};

async function main() {
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
    } catch (error) {
      console.error(`${name}: ${error.stack}`);
      process.exit(1);
    }
  }
  console.log(`${Object.keys(checks).length} passed, 0 failed`);
  process.exit(0);
}

main();
