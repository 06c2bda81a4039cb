'use strict';
// From a form to a reply.

const { assert, explorer } = require('./browser.js');

module.exports = {
  'a call with the example that is filled in': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('');
    assert.equal(await page.locator('.method-link').count(), 25);
    await page.click('.method-link >> text="place"');
    await page.call();
    const result = JSON.parse(await page.innerText('.reply .code'));
    assert.equal(result.delivery.city, 'Utrecht');
    assert.equal(result.note, 'Ring twice');
    const numbers = await page.innerText('.reply .numbers');
    assert.match(numbers, /HTTP 200\s+[\d.]+ ms\s+\d+ B/);
    page.nothingIsWrong();
  },

  'what is typed is checked at once, and the message belongs to its field': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#orders.place');
    const grams = page.field('grams');
    for (const [text, message] of [
      ['-1', 'must be at least 0'],
      ['4294967296', 'must be at most 4294967295'],
      ['1.5', 'must be a whole number, without a dot or an exponent'],
      ['ten', 'must be a whole number'],
      ['', 'required'],
    ]) {
      await grams.fill(text);
      const id = await grams.getAttribute('aria-describedby');
      assert.equal(await page.locator(`[id="${id}"]`).innerText(), message);
      assert.equal(await grams.getAttribute('aria-invalid'), 'true');
    }
    await page.click('#send');
    await page.waitForSelector('text=1 field is not right yet.');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'field/grams');
    assert.equal(await page.locator('.reply .number').count(), 0, 'nothing was sent');
    await grams.fill('4294967295');
    assert.equal(await grams.getAttribute('aria-invalid'), null);
    page.nothingIsWrong();
  },

  'a call that looks wrong can be sent, and the server says what is wrong': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#orders.place');
    await page.field('grams').fill('ten');
    await page.click('#send');
    await page.click('text=Send anyway');
    await page.waitForSelector('.reply .failure');
    assert.match(await page.innerText('.reply .failure'), /error -32602\s+Invalid params/);
    page.nothingIsWrong();
  },

  'a declared error with its docs, kind and data': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#orders.place');
    await page.field('grams').fill('5000');
    await page.field('grams').press('Control+Enter');
    await page.waitForSelector('.reply .failure');
    const failure = await page.innerText('.reply .failure');
    for (const part of ['error 1001', 'SoldOut', 'conflict', 'only 1000 g are left', 'Try again with at most', '"left": 1000']) {
      assert.ok(failure.includes(part), `${part} in ${failure}`);
    }
    page.nothingIsWrong();
  },

  'integers of 64 and 128 bits, digit by digit': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#orders.find');
    await page.field('number').fill('18446744073709551615');
    await page.call();
    assert.equal(await page.innerText('.reply .code'), '18446744073709551615');
    await page.field('number').fill('18446744073709551616');
    assert.equal(await page.field('number').getAttribute('aria-invalid'), 'true');

    await page.method('echo.wide');
    const numbers = {
      signed: '-9223372036854775808', unsigned: '9007199254740993', huge: '-170141183460469231731687303715884105728',
      vast: '340282366920938463463374607431768211455', single: '0.5',
    };
    for (const [name, text] of Object.entries(numbers)) await page.field(`value/${name}`).fill(text);
    await page.call();
    const reply = await page.innerText('.reply .code');
    for (const text of Object.values(numbers)) assert.ok(reply.includes(text), `${text} in ${reply}`);
    // The link has them, too.
    await page.reload();
    await page.waitForSelector('.method');
    assert.equal(await page.field('value/vast').inputValue(), numbers.vast);
    page.nothingIsWrong();
  },

  'params as JSON': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#orders.place');
    await page.segment('.params', 'JSON');
    const text = page.locator('#params-text');
    assert.equal(JSON.parse(await text.inputValue()).delivery.by, 'courier');
    await text.fill('{"tea": "assam", "grams": }');
    assert.equal(await page.innerText('#params-message'), 'line 1, column 27: this is not a JSON value');
    await text.fill('{"tea": "matcha", "grams": 1, "delivery": {"by": "pickup"}}');
    assert.equal(await page.innerText('#params-message'), 'tea: must be "assam" or "sencha" or "oolong"');
    await text.fill('["assam", 7, {"by": "pickup"}]');
    await page.call();
    assert.equal(JSON.parse(await page.innerText('.reply .code')).grams, 7);
    await page.segment('.params', 'Form');
    assert.equal(await page.field('grams').inputValue(), '7');
    page.nothingIsWrong();
  },

  'notifications': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#orders.seen');
    await page.call();
    assert.match(await page.innerText('.reply'), /A notification gets no answer/);
    await page.method('orders.find');
    await page.field('number').fill('1');
    await page.check('text=as notification');
    await page.call();
    assert.match(await page.innerText('.reply'), /A notification gets no answer/);
    await page.method('shop.counters');
    await page.call();
    const [, seen] = JSON.parse(await page.innerText('.reply .code'));
    assert.ok(seen >= 1);
    page.nothingIsWrong();
  },

  'a call that nobody wants any more': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#shop.hang');
    await page.click('#send');
    await page.click('.reply >> text=Stop');
    await page.waitForSelector('.reply >> text=You have stopped it.');
    page.nothingIsWrong();
  },

  'deprecated methods, and since when there are others': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#orders.buy');
    assert.match(await page.innerText('.method'), /Deprecated\.\s+use orders\.place/);
    await page.method('orders.place');
    assert.match(await page.innerText('.badges'), /since 1\.2\s+sales/);
    page.nothingIsWrong();
  },

  'a method that the document does not have': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('');
    await page.fill('.search-input', 'rpc.methods');
    await page.click('text=Call rpc.methods anyway');
    await page.call();
    assert.match(await page.innerText('.reply .code'), /orders\.place/);
    page.nothingIsWrong();
  },

  'search with the keyboard alone': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('');
    await page.keyboard.press('/');
    await page.keyboard.type('cnt');
    const found = await page.locator('.method-link-name').allInnerTexts();
    assert.deepEqual(found.slice(0, 2), ['count', 'counters']);
    await page.keyboard.press('Escape');
    await page.keyboard.type('finds an order');
    assert.deepEqual(await page.locator('.method-link-name').allInnerTexts(), ['find']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForSelector('h1 >> text=orders.find');
    page.nothingIsWrong();
  },
};
