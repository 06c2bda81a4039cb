'use strict';
// Interop peer: a page in Chromium reads streams with EventSource and over a WebSocket.
// It asks the test to do something by printing a line: `write N`, `cut`.
//
// usage: node chromium_client.js PAGE OTHER_SITES_PAGE URL

const assert = require('node:assert').strict;
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { chromium } = require('playwright-core');

const [ownPage, otherPage, url] = process.argv.slice(2);
const TIME = 60_000;

// Runs in the page. What comes goes into `window.received`.
function listen(address) {
  window.received = [];
  const source = new EventSource(address);
  window.source = source;
  for (const name of ['message', 'end', 'failed']) {
    source.addEventListener(name, (event) =>
      window.received.push([name, event.lastEventId, JSON.parse(event.data)]));
  }
  source.addEventListener('error', () => window.received.push(['error', source.readyState]));
}

async function until(page, count) {
  await page.waitForFunction((count) => window.received.length >= count, count, { timeout: TIME });
  return page.evaluate(() => window.received);
}

const ask = (what) => console.log(what);

const checks = {
  'items, the end, and no return': async (page) => {
    await page.evaluate(listen, '/journal.ticks?to=2');
    const received = await until(page, 5);
    assert.deepEqual(received.slice(0, 3), [
      ['message', '$begun', 1],
      ['message', '$begun', 2],
      ['end', '$end', null],
    ]);
    // The end of the response, and then status 204, after which it is closed.
    assert.deepEqual(received.slice(3), [['error', 0], ['error', 2]]);
  },
  'a stream goes on after it was cut': async (page) => {
    await page.evaluate(listen, '/journal.log?topic=tea');
    ask('write 2');
    await until(page, 2);
    ask('cut');
    ask('write 2');
    const received = await until(page, 5);
    assert.deepEqual(received, [
      ['message', '1', 'line 1'],
      ['message', '2', 'line 2'],
      ['error', 0],
      ['message', '3', 'line 3'],
      ['message', '4', 'line 4'],
    ]);
    await page.evaluate(() => window.source.close());
  },
  'cursors of all kinds go on': async (page) => {
    await page.evaluate(listen, '/journal.keyed');
    const received = await until(page, 8);
    const values = received.slice(0, 8).map(([name, , value]) => [name, value]);
    const expected = [0, 1, 2, 3, 4, 5, 6].map((value) => ['message', value]);
    assert.deepEqual(values, [...expected, ['end', null]]);
    await page.evaluate(() => window.source.close());
  },
  'items over a WebSocket': async (page) => {
    const received = await page.evaluate(() => new Promise((resolve, reject) => {
      const socket = new WebSocket(location.origin.replace('http', 'ws'));
      const messages = [];
      socket.onerror = () => reject(new Error('refused'));
      socket.onopen = () => socket.send(JSON.stringify(
        { jsonrpc: '2.0', id: 'x', method: 'journal.ticks', params: [2] }));
      socket.onmessage = (message) => {
        messages.push(JSON.parse(message.data));
        if (messages.length === 3) resolve(messages);
      };
    }));
    const item = (value) => ({ jsonrpc: '2.0', method: '$/progress', params: { token: 'x', value } });
    assert.deepEqual(received, [item(1), item(2), { jsonrpc: '2.0', result: null, id: 'x' }]);
  },
  'a page of another site opens nothing': async (page) => {
    await page.goto(otherPage);
    await page.evaluate(listen, `${url}journal.ticks?to=2`);
    assert.deepEqual(await until(page, 1), [['error', 2]]);
    const socket = await page.evaluate((address) => new Promise((resolve) => {
      const socket = new WebSocket(address.replace('http', 'ws'));
      socket.onopen = () => resolve('open');
      socket.onerror = () => resolve('refused');
    }), url);
    assert.equal(socket, 'refused');
  },
};

async function main() {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'chromium-'));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    headless: true,
    timeout: TIME,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-proxy-server',
    ],
  });
  try {
    const page = await browser.newPage();
    await page.goto(ownPage);
    for (const [name, check] of Object.entries(checks)) {
      await check(page).catch((error) => {
        throw new Error(`${name}: ${error.stack}`);
      });
    }
  } finally {
    await browser.close();
    fs.rmSync(profile, { recursive: true, force: true });
  }
  console.log(`${Object.keys(checks).length} passed, 0 failed`);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
