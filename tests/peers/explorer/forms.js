'use strict';
// Forms for every kind of type: what they make is what the server accepts.

const { assert, explorer } = require('./browser.js');

// The methods that give back what they get.
const METHODS = [
  'external', 'internal', 'adjacent', 'untagged', 'plain', 'node', 'page', 'flat', 'renamed', 'wide', 'odd', 'bytes',
  'anything', 'optional', 'texts',
];

// Fills in what is still wrong: numbers, and texts that have to have something in them.
async function fillIn(page) {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const wrong = page.locator('.params [aria-invalid="true"]');
    const count = await wrong.count();
    if (count === 0) return;
    await wrong.first().fill('1');
  }
  throw new Error(`it is still not right: ${await page.innerText('.params')}`);
}

// What the page sends.
async function sentParams(page, send) {
  const request = page.waitForRequest((request) => request.method() === 'POST');
  await send();
  const sent = await request.catch(async () => {
    throw new Error(`nothing was sent: ${await page.innerText('.method-call')}`);
  });
  return JSON.parse(sent.postData()).params?.value;
}

async function roundTrip(page) {
  const sent = await sentParams(page, () => page.click('#send'));
  await page.waitForFunction(() => document.querySelector('.reply .numbers .number') !== null);
  assert.equal(await page.locator('.reply .failure').count(), 0, await page.innerText('.reply'));
  return [sent, JSON.parse(await page.innerText('.reply .code'))];
}

// Whether the reply has what was sent. It may also have optional fields that were left out.
function isPartOf(sent, got) {
  if (sent === undefined) return true;
  if (typeof sent !== 'object' || sent === null || got === null) return Object.is(sent, got);
  if (Array.isArray(sent) && sent.length !== got.length) return false;
  return Object.entries(sent).every(([name, value]) => isPartOf(value, got[name]));
}

module.exports = {
  'what a form begins with is accepted': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('');
    for (const name of METHODS) {
      await page.method(`echo.${name}`);
      await fillIn(page);
      const [sent, got] = await roundTrip(page);
      assert.ok(isPartOf(sent, got), `${name}: ${JSON.stringify(sent)} ${JSON.stringify(got)}`);
    }
    page.nothingIsWrong();
  },

  'every variant of every union is accepted': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('');
    for (const name of ['external', 'internal', 'adjacent', 'untagged']) {
      await page.method(`echo.${name}`);
      const select = page.locator('[id="field/value-variant"]');
      const titles = await select.locator('option').allInnerTexts();
      assert.ok(titles.length >= 3, `${name}: ${titles}`);
      for (const title of titles) {
        await select.selectOption({ label: title });
        await fillIn(page);
        const [sent, got] = await roundTrip(page);
        assert.ok(isPartOf(sent, got), `${name}: ${title}: ${JSON.stringify(sent)} ${JSON.stringify(got)}`);
      }
      // A link knows the variant by its value.
      await page.reload();
      await page.waitForSelector('.method');
      assert.equal(await select.locator('option:checked').innerText(), titles[titles.length - 1], name);
    }
    page.nothingIsWrong();
  },

  'lists, maps, optional fields and trees': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#echo.texts');
    await page.click('text=Add string');
    await page.click('text=Add another');
    await page.field('value/0').fill('one\ntwo');
    await page.field('value/1').fill('<b>"three"</b>');
    assert.deepEqual((await roundTrip(page))[1], ['one\ntwo', '<b>"three"</b>']);
    await page.click('[aria-label="Remove value 1"]');
    assert.deepEqual((await roundTrip(page))[0], ['<b>"three"</b>']);

    await page.method('echo.node');
    await page.field('value/name').fill('root');
    await page.check('[aria-label="Send parent"]');
    await page.field('value/parent/name').fill('parent');
    await page.click('text=Add Node >> nth=0');
    const [sent] = await roundTrip(page);
    assert.equal(sent.parent.name, 'parent');
    assert.equal(sent.children.length + sent.parent.children.length, 1);

    await page.method('echo.flat');
    await fillIn(page);
    await page.fill('[aria-label^="new key"]', 'seven');
    await page.click('text=Add entry');
    await page.field('value/seven').fill('7');
    assert.equal((await roundTrip(page))[1].seven, 7);
    page.nothingIsWrong();
  },

  'bytes from text and from a file': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#echo.bytes');
    await page.fill('[aria-label="value as text"]', 'Tee für Zoë');
    const base64 = Buffer.from('Tee für Zoë').toString('base64');
    assert.equal(await page.field('value').inputValue(), base64);
    assert.equal((await roundTrip(page))[1], base64);
    await page.setInputFiles('.bytes input[type=file]', { name: 'x', mimeType: 'x/y', buffer: Buffer.from([0, 255, 128]) });
    await page.waitForFunction(() => document.getElementById('field/value').value === 'AP+A');
    await page.field('value').fill('AP+');
    assert.equal(await page.field('value').getAttribute('aria-invalid'), 'true');
    page.nothingIsWrong();
  },

  'any JSON': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#echo.anything');
    await page.field('value').fill('{"deep": [1, {"er": null}]}');
    assert.deepEqual((await roundTrip(page))[1], { deep: [1, { er: null }] });
    await page.field('value').fill('{"deep": ');
    assert.equal(await page.field('value').getAttribute('aria-invalid'), 'true');
    page.nothingIsWrong();
  },

  'params by position': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#orders.place');
    await page.check('text=send by position');
    const request = page.waitForRequest((request) => request.method() === 'POST');
    await page.click('#send');
    const { params } = JSON.parse((await request).postData());
    assert.deepEqual(params, ['sencha', 250, { by: 'courier', city: 'Utrecht', street: 'Canal Street 4' }, 'Ring twice']);
    await page.answer();
    page.nothingIsWrong();
  },

  'variants of a value that may be null': async ({ context, url }) => {
    const variant = (title) => ({ title, type: 'object', properties: { name: { type: 'string' } }, required: ['name'] });
    const schema = { anyOf: [variant('First'), variant('Second'), { type: 'null' }] };
    const document = { openrpc: '1.4.1', info: {}, methods: [{ name: 'choose', params: [{ name: 'value', required: true, schema }], result: { schema: true } }] };
    const page = await explorer(context, url, { document, reply: ({ id, params }) => ({ jsonrpc: '2.0', id, result: params[0] ?? null }) });
    await page.opened('#choose');
    await page.uncheck('[aria-label="value is null"]');
    const select = page.locator('[id="field/value-variant"]');
    await select.selectOption({ label: 'Second' });
    assert.equal(await select.locator('option:checked').innerText(), 'Second');
    await page.field('value/name').fill('x');
    assert.equal(await select.locator('option:checked').innerText(), 'Second');
    await page.call();
    assert.deepEqual(JSON.parse(await page.innerText('.reply .code')), { name: 'x' });
    await page.check('[aria-label="value is null"]');
    assert.equal(await select.count(), 0);
    page.nothingIsWrong();
  },

  'JSON that the form cannot show stays': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#orders.place');
    await page.segment('.params', 'JSON');
    for (const [text, reason] of [
      ['{"tea": "assam", ', /not JSON/],
      ['{"tea": "assam", "sugar": 1}', /no field for `sugar`/],
      ['[1, 2, 3, 4, 5, 6, 7]', /fields for \d params/],
      ['7', /neither an object nor an array/],
    ]) {
      await page.fill('#params-text', text);
      assert.equal(await page.locator('.params [role=alert]').count(), 0);
      await page.locator('.params .segment input[value="Form"]').click({ force: true });
      assert.match(await page.innerText('.params [role=alert]'), reason);
      assert.equal(await page.inputValue('#params-text'), text);
      assert.equal(await page.isChecked('.params .segment input[value="JSON"]'), true);
    }
    await page.fill('#params-text', '{"tea": "assam"}');
    await page.segment('.params', 'Form');
    await page.waitForSelector('[id="field/grams"]');
    page.nothingIsWrong();
  },
};
