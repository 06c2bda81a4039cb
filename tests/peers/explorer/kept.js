'use strict';
// What a browser keeps of calls, and what it must not keep.

const { assert, explorer } = require('./browser.js');

const SECRET = 'open-sesame-31415';

async function everythingKept(page) {
  return page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href, document.cookie]));
}

module.exports = {
  'params of a link, and after a reload': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#orders.place?params=' + encodeURIComponent('{"tea":"oolong","grams":75,"delivery":{"by":"pickup"}}'));
    assert.equal(await page.field('grams').inputValue(), '75');
    assert.equal(await page.locator('[id="field/delivery-variant"] option:checked').innerText(), 'pickup');
    await page.field('grams').fill('80');
    await page.selectOption('[id="field/delivery-variant"]', { label: 'courier' });
    await page.field('delivery/city').fill('Gouda & Käse "=#?"');
    await page.waitForFunction(() => location.hash.includes('Gouda'));
    await page.reload();
    await page.waitForSelector('.method');
    assert.equal(await page.field('grams').inputValue(), '80');
    assert.equal(await page.field('delivery/city').inputValue(), 'Gouda & Käse "=#?"');
    // Somebody else opens the link.
    const other = await explorer(context, url);
    await other.goto(page.url());
    await other.waitForSelector('.method');
    assert.equal(await other.field('delivery/city').inputValue(), 'Gouda & Käse "=#?"');
    await page.click('text=Copy link');
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), page.url());
    page.nothingIsWrong();
  },

  'history, and a call from it again': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#orders.find?params=' + encodeURIComponent('{"number":9007199254740993}'));
    await page.call();
    await page.method('orders.place');
    await page.field('grams').fill('5000');
    await page.call();
    await page.reload();
    await page.click('.tool >> text=History');
    const entries = await page.locator('.history li').allInnerTexts();
    assert.match(entries[0], /orders\.place[^]*error 1001/);
    assert.match(entries[1], /orders\.find[^]*\{"number":9007199254740993\}[^]*result/);
    await page.click('.history-name >> text=orders.find');
    await page.waitForSelector('.method');
    assert.equal(await page.field('number').inputValue(), '9007199254740993');
    await page.click('.tool >> text=History');
    await page.click('text=Clear');
    assert.equal(await page.locator('.history li').count(), 0);
    page.nothingIsWrong();
  },

  'no more than fifty calls': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#orders.find?params=' + encodeURIComponent('{"number":1}'));
    for (let call = 0; call < 17; call += 1) await page.click('text=Add to batch');
    await page.click('.tool >> text=Batch');
    for (let send = 1; send <= 3; send += 1) {
      const answered = page.waitForResponse((response) => response.request().method() === 'POST');
      await page.click('text=Send 17 together');
      await answered;
      await page.waitForSelector('button:enabled >> text=Send 17 together');
    }
    await page.click('.tool >> text=History');
    assert.equal(await page.locator('.history li').count(), 50);
    page.nothingIsWrong();
  },

  'secrets are not kept and not shown': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#shop.login');
    await page.field('user').fill('ann');
    await page.field('password').fill(SECRET);
    assert.equal(await page.field('password').getAttribute('type'), 'password');
    await page.call();
    assert.match(await page.innerText('.reply .code'), /ann, whose password has 17 letters/);
    await page.waitForFunction(() => location.hash.includes('ann'));
    for (const language of ['curl', 'rpc', 'Rust', 'TypeScript', 'Python', 'JSON']) {
      await page.segment('.snippets', language);
      const text = await page.innerText('.snippet');
      assert.ok(text.includes('***') && !text.includes(SECRET), text);
    }
    await page.click('text=Add to batch');
    await page.click('.tool >> text=Batch');
    assert.match(await page.innerText('.batch-params'), /"password": "\*\*\*"/);
    await page.click('text=Send 1 together');
    await page.waitForSelector('.batch-call .code');
    // By position, and as JSON.
    await page.method('shop.login');
    await page.segment('.params', 'JSON');
    await page.fill('#params-text', `["bob", "${SECRET}"]`);
    await page.call();
    await page.fill('#params-text', `{"user": "bob", "Password": "${SECRET}"}`);
    await page.click('#send');
    await page.click('text=Send anyway');
    await page.answer();
    const kept = await everythingKept(page);
    assert.ok(kept.includes('bob') && !kept.includes(SECRET), kept);
    page.nothingIsWrong();
  },

  'credentials go with calls, and are gone after a reload': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#shop.authorization');
    const set = async (kind, fields) => {
      await page.click('.tool >> text=Auth');
      await page.segment('dialog', kind);
      for (const [label, text] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(text);
      await page.click('dialog >> text=Done');
    };
    await set('bearer', { Token: SECRET });
    await page.call();
    assert.equal(await page.innerText('.reply .code'), `"Bearer ${SECRET}"`);
    await page.segment('.snippets', 'curl');
    const snippet = await page.innerText('.snippet');
    assert.ok(snippet.includes("-H 'authorization: ***'") && !snippet.includes(SECRET), snippet);
    await set('basic', { User: 'ann', Password: SECRET });
    await page.click('#send');
    await page.waitForFunction(() => document.querySelector('.reply .code')?.textContent.includes('Basic'));
    const expected = `Basic ${Buffer.from(`ann:${SECRET}`).toString('base64')}`;
    assert.equal(await page.innerText('.reply .code'), `"${expected}"`);
    const kept = await everythingKept(page);
    assert.ok(!kept.includes(SECRET) && !kept.includes(expected), kept);
    await page.reload();
    await page.waitForSelector('.method');
    await page.call();
    assert.equal(await page.innerText('.reply .code'), 'null');
    page.nothingIsWrong();
  },

  'the theme': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('');
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.click('[aria-label="Theme: system"]');
    assert.equal(await ground(), light);
    await page.click('[aria-label="Theme: light"]');
    const dark = await ground();
    assert.notEqual(dark, light);
    await page.reload();
    await page.waitForSelector('[aria-label="Theme: dark"]');
    assert.equal(await ground(), dark);
    await page.click('[aria-label="Theme: dark"]');
    await page.emulateMedia({ colorScheme: 'dark' });
    assert.equal(await ground(), dark, 'as the system has it');
    await page.emulateMedia({ colorScheme: 'light' });
    page.nothingIsWrong();
  },

  'a param with a secret somewhere within is kept and shown by nobody': async ({ context, url }) => {
    const ref = (name) => ({ $ref: `#/components/schemas/${name}` });
    const login = { type: 'object', properties: { password: { type: 'string', writeOnly: true } } };
    const document = {
      openrpc: '1.4.1', info: { title: 'x', version: '1' },
      methods: [{
        name: 'sign',
        params: [{ name: 'user', schema: { type: 'string' } }, { name: 'accounts', schema: { type: 'array', items: ref('Account') } }],
        result: { name: 'r', schema: true },
      }],
      components: { schemas: { Account: { anyOf: [{ type: 'null' }, { allOf: [ref('Login')] }] }, Login: login } },
    };
    const page = await explorer(context, url, { document, reply: ({ id }) => ({ jsonrpc: '2.0', id, result: 1 }) });
    await page.opened('#sign');
    await page.segment('.params', 'JSON');
    await page.fill('#params-text', `{"user": "ann", "accounts": [{"password": "${SECRET}"}]}`);
    await page.call();
    await page.waitForFunction(() => location.hash.includes('ann'));
    for (const language of ['curl', 'rpc', 'Rust', 'TypeScript', 'Python', 'JSON']) {
      await page.segment('.snippets', language);
      const text = await page.innerText('.snippet');
      assert.ok(text.includes('***') && !text.includes(SECRET), text);
    }
    // Nobody knows about the params of other methods.
    await page.method('unknown');
    await page.fill('#params-text', `{"token": "${SECRET}"}`);
    await page.call();
    const kept = await everythingKept(page);
    assert.ok(kept.includes('ann') && !kept.includes(SECRET), kept);
    page.nothingIsWrong();
  },

  'a header that does not reach the server': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#orders.find');
    await page.click('.tool >> text=Auth');
    await page.segment('dialog', 'header');
    const name = page.getByLabel('Name of the header', { exact: true });
    for (const [given, said] of [['X-Tenant', ''], ['Cookie', 'Browsers don’t let a page set'], ['sec-a', 'Browsers don’t'], ['a b', 'No header can have this name']]) {
      await name.fill(given);
      const notices = await page.locator('dialog .notice').allInnerTexts();
      assert.ok(said === '' ? notices.length === 0 : notices.join().includes(said), `${given}: ${notices}`);
    }
    page.nothingIsWrong();
  },

  'a connection whose calls have no headers': async ({ context, url }) => {
    const document = { openrpc: '1.4.1', info: {}, methods: [{ name: 'a', params: [] }], 'x-explorer-headers': false };
    const page = await explorer(context, url, { document });
    await page.opened('#a');
    await page.click('.tool >> text=Auth');
    assert.equal(await page.locator('dialog .notice').count(), 0);
    await page.segment('dialog', 'bearer');
    assert.match(await page.innerText('dialog .notice'), /Calls to this server have no headers/);
    page.nothingIsWrong();
  },
};
