'use strict';
// Streams and batches.

const { assert, explorer } = require('./browser.js');

// Asks until the server says so.
async function until(page, url, wanted) {
  await page.waitForFunction(async ([url, wanted]) => {
    const message = { jsonrpc: '2.0', id: 1, method: 'shop.counters' };
    const options = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(message) };
    const { result } = await (await fetch(url, options)).json();
    return result[0] === wanted;
  }, [url, wanted]);
}

module.exports = {
  'a stream runs until it is stopped, on the server too': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#orders.watch_price');
    await page.click('#send');
    await page.waitForSelector('.stream-item:nth-child(4)');
    assert.match(await page.innerText('.reply .card-head'), /streaming/);
    await until(page, url, 1);
    await page.click('.reply >> text=Stop');
    await page.waitForSelector('.reply >> text=You have stopped it.');
    await until(page, url, 0);
    const [newest] = await page.locator('.stream-item').allInnerTexts();
    assert.match(newest, /^\d+\s+\d+\.\d+$/);
    page.nothingIsWrong();
  },

  'a stream that ends': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#shop.count?params=' + encodeURIComponent('{"to":3}'));
    await page.click('#send');
    await page.waitForSelector('.reply >> text=The stream has ended.');
    assert.deepEqual(await page.locator('.stream-item').allInnerTexts(), ['3\n3', '2\n2', '1\n1']);
    page.nothingIsWrong();
  },

  'a stream that fails, with the declared error': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#shop.count?params=' + encodeURIComponent('{"to":2,"fail":true}'));
    await page.click('#send');
    await page.waitForSelector('.reply .failure');
    assert.match(await page.innerText('.reply .failure'), /error 1002\s+NoSuchStreet/);
    assert.equal(await page.locator('.stream-item').count(), 2);
    page.nothingIsWrong();
  },

  'only the last items are kept': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#shop.count?params=' + encodeURIComponent('{"to":20000}'));
    await page.click('#send');
    await page.waitForSelector('.reply >> text=The stream has ended.');
    assert.match(await page.innerText('.stream'), /20000 items, of which the last 500 are kept/);
    assert.equal(await page.locator('.stream-item').count(), 500);
    page.nothingIsWrong();
  },

  'leaving a method stops its stream': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#orders.watch_price');
    await page.click('#send');
    await page.waitForSelector('.stream-item');
    await page.method('orders.find');
    await until(page, url, 0);
    page.nothingIsWrong();
  },

  'a batch, with the reply to each call': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#orders.find?params=' + encodeURIComponent('{"number":18446744073709551615}'));
    await page.click('text=Add to batch');
    await page.method('orders.place');
    await page.field('grams').fill('9999');
    await page.click('text=Add to batch');
    await page.method('orders.seen');
    await page.click('text=Add to batch');
    await page.method('shop.counters');
    await page.click('text=Add to batch');
    assert.equal(await page.innerText('.count'), '4');

    await page.click('.tool >> text=Batch');
    let sent = 0;
    page.on('request', () => { sent += 1; });
    await page.click('text=Send 4 together');
    await page.waitForSelector('.batch-call .code');
    assert.equal(sent, 1, 'in one request');
    const calls = await page.locator('.batch-call').allInnerTexts();
    assert.match(calls[0], /18446744073709551615$/);
    assert.match(calls[1], /error 1001/);
    assert.match(calls[2], /A notification gets no answer/);
    assert.match(calls[3], /\[0, \d+\]/);
    await page.click('.tool >> text=History');
    await page.click('.tool >> text=Batch');
    assert.equal(await page.locator('.batch-call .code').count() > 0, true, 'the replies stay');
    await page.click('[aria-label="Remove orders.place"]');
    assert.equal(await page.locator('.batch-call').count(), 3);
    page.nothingIsWrong();
  },

  'a second start, before the page shows the first': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#orders.watch_price');
    let sent = 0;
    page.on('request', (request) => { sent += request.method() === 'POST' ? 1 : 0; });
    await page.evaluate(() => {
      const press = () => document.getElementById('send').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true }));
      press();
      press();
    });
    await page.waitForSelector('.reply .stream-item');
    await page.click('.reply >> text=Stop');
    await page.waitForSelector('.reply >> text=You have stopped it.');
    assert.equal(sent, 1);
    page.nothingIsWrong();
  },

  'a stream that is over is not read on': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#shop.count');
    await page.evaluate(() => {
      window.cancelled = 0;
      const { cancel } = ReadableStreamDefaultReader.prototype;
      ReadableStreamDefaultReader.prototype.cancel = function (...given) {
        window.cancelled += 1;
        return cancel.apply(this, given);
      };
    });
    await page.field('to').fill('3');
    await page.click('#send');
    await page.waitForSelector('.reply >> text=The stream has ended');
    assert.equal(await page.evaluate(() => window.cancelled), 1);
    page.nothingIsWrong();
  },
};
