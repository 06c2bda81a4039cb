'use strict';
// Makes the images of the docs again, and compares their sizes with those in the repository: docs/images.
//
// arguments: the folder of the images in the docs, and a folder for the new ones

const fs = require('node:fs');
const path = require('node:path');
const { assert, explorer } = require('./browser.js');

const MAX_BYTES = 150_000;

const IMAGES = {
  'explorer': { width: 1360, height: 860, theme: 'light', show: async (page) => {
    await page.opened('#orders.place');
    await page.call();
  } },
  'explorer-dark': { width: 1360, height: 860, theme: 'dark', show: async (page) => {
    await page.opened('#orders.place');
    await page.field('grams').fill('5000');
    await page.click('#send');
    await page.waitForSelector('.failure');
  } },
  'explorer-narrow': { width: 390, height: 780, theme: 'light', show: async (page) => page.opened('#orders.place') },
};

// The width and height in a PNG's header.
function sizeOf(file) {
  const bytes = fs.readFileSync(file);
  assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
  assert.ok(bytes.length > 10_000 && bytes.length <= MAX_BYTES, `${file}: ${bytes.length} bytes`);
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

module.exports = Object.fromEntries(Object.entries(IMAGES).map(([name, { width, height, theme, show }]) => [
  name,
  async ({ context, url, given: [committed, made] }) => {
    fs.mkdirSync(made, { recursive: true });
    const page = await explorer(context, url);
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: theme });
    await show(page);
    await page.evaluate(() => document.querySelector('main').scrollTo(0, 0));
    await page.evaluate(() => document.activeElement.blur());
    const file = path.join(made, `${name}.png`);
    await page.screenshot({ path: file });
    assert.deepEqual(sizeOf(file), [width, height]);
    assert.deepEqual(sizeOf(path.join(committed, `${name}.png`)), [width, height], 'the image in the docs');
    page.nothingIsWrong();
  },
]));
