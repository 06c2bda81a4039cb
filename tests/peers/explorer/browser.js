'use strict';
// Chromium with the explorer page, and what nothing on that page may ever do.

const assert = require('node:assert').strict;
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { chromium } = require('playwright-core');

const TIME = 120_000;

async function open() {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    headless: true,
    timeout: TIME,
    viewport: { width: 1360, height: 900 },
    colorScheme: 'light',
    permissions: ['clipboard-read', 'clipboard-write'],
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
  context.setDefaultTimeout(TIME);
  return {
    context,
    async close() {
      await context.close();
      fs.rmSync(profile, { recursive: true, force: true });
    },
  };
}

// A page of the explorer that notes what goes wrong. `document` replaces what the server says of itself.
async function explorer(context, url, { document, reply } = {}) {
  const page = await context.newPage();
  const wrong = [];
  page.on('pageerror', (error) => wrong.push(`an exception: ${error.stack}`));
  page.on('dialog', (dialog) => {
    wrong.push(`a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of (4|5)\d\d/.test(message.text())) wrong.push(`the console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const address = request.url();
    if (!address.startsWith(url) && !address.startsWith('data:')) wrong.push(`a request to ${address}`);
  });
  page.on('popup', (popup) => wrong.push(`a window: ${popup.url()}`));
  await page.exposeFunction('noteViolation', (text) => wrong.push(`a violation of the policy: ${text}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) =>
      window.noteViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
  });
  if (document !== undefined || reply !== undefined) {
    await page.route(`${url}**`, (route) => answered(route, document, reply));
  }
  page.nothingIsWrong = () => assert.deepEqual(wrong, []);
  page.opened = async (place) => {
    await page.goto(`${url}${place}`);
    await page.waitForSelector('.method-link, .notice-bad', { state: 'attached' });
  };
  page.method = async (name) => {
    await page.evaluate((name) => { location.hash = encodeURIComponent(name); }, name);
    await page.waitForFunction((name) => document.querySelector('.method')?.getAttribute('aria-label') === name, name);
  };
  page.field = (name) => page.locator(`[id="field/${name}"]`);
  page.segment = (place, option) => page.locator(`${place} .segment input[value="${option}"]`).check();
  page.answer = () => page.waitForSelector('.reply .numbers .number, .reply .failure, .reply .end');
  page.call = async () => {
    await page.click('#send');
    await page.answer();
  };
  return page;
}

// Answers a message in place of the server.
async function answered(route, document, reply) {
  const text = route.request().postData();
  if (text === null) return route.continue();
  const message = JSON.parse(text);
  const json = (value) => route.fulfill({ contentType: 'application/json', body: typeof value === 'string' ? value : JSON.stringify(value) });
  if (document !== undefined && message.method === 'rpc.discover') {
    return json({ jsonrpc: '2.0', id: message.id, result: document });
  }
  return reply === undefined ? route.continue() : json(reply(message));
}

module.exports = { TIME, assert, explorer, open };
