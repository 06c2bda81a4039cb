'use strict';
// A server that means harm: its document and its replies run nothing, and nothing leaves the page's own origin.

const { assert, explorer } = require('./browser.js');

const SCRIPT = '<img src=x onerror="window.harmed=1"><script>window.harmed=1</script>';
const LINK = 'javascript:window.harmed=1';
const LONG = 'x'.repeat(20_000);
const MARKDOWN = [
  SCRIPT, `[click](${LINK})`, `[click]( JaVaScRiPt:window.harmed=1 )`, `![image](http://evil.example/x.png)`, `<${LINK}>`,
  '[data](data:text/html,<script>window.harmed=1</script>)', '<a href="javascript:window.harmed=1">click</a>',
  '[good](https://example.org/?a=1&b="2")', `| a | ${SCRIPT} |`, '|---|---|', `| ${LINK} | b |`, '```' + SCRIPT, SCRIPT, '```', '*'.repeat(3000), '['.repeat(3000),
  '`'.repeat(3000), '> '.repeat(3000), `- ${LONG}`,
].join('\n\n');

const DOCUMENT = {
  openrpc: '1.4.1',
  info: { title: SCRIPT, version: SCRIPT, description: MARKDOWN },
  servers: [{ name: SCRIPT, url: LINK, description: MARKDOWN }],
  'x-undescribed': [{ method: SCRIPT, reason: MARKDOWN }],
  'x-explorer-url': `https://x.example/'; curl http://evil.example #`,
  methods: [
    {
      name: `${SCRIPT}.${SCRIPT}`, summary: SCRIPT, description: MARKDOWN, tags: [{ name: SCRIPT }], deprecated: true, 'x-deprecated-note': MARKDOWN,
      'x-since': SCRIPT, 'x-aliases': [SCRIPT, LINK],
      params: [
        { name: SCRIPT, description: MARKDOWN, schema: { type: 'string', pattern: '(a+)+$', format: SCRIPT, default: SCRIPT } },
        { name: '__proto__', schema: { type: 'object', properties: { __proto__: { type: 'string' }, constructor: { type: 'number' } }, required: ['constructor'] } },
        { name: '" onfocus="window.harmed=1" autofocus="', required: true, schema: { enum: [SCRIPT, LINK, LONG, 5, null] } },
        { name: 'union', required: true, schema: { oneOf: [{ title: SCRIPT, type: 'string' }, { title: LONG, const: SCRIPT }, { $ref: '#/components/schemas/Loop' }] } },
        { name: 'pattern', required: true, schema: { type: 'string', pattern: '([' } },
      ],
      result: { name: SCRIPT, schema: { title: SCRIPT, description: MARKDOWN, type: 'object', properties: { [SCRIPT]: { description: MARKDOWN, type: 'string' } } } },
      errors: [{ code: 1, message: SCRIPT, data: { description: MARKDOWN } }],
      'x-error-docs': { 1: MARKDOWN }, 'x-error-kinds': { 1: SCRIPT },
      examples: [{ name: SCRIPT, description: MARKDOWN, params: [{ name: SCRIPT, value: SCRIPT }] }],
    },
    { name: LONG, description: LONG, params: [{ name: LONG, description: LONG, required: true, schema: { type: 'string', default: LONG } }], result: { name: 'r', schema: { $ref: '#/components/schemas/Self' } } },
    { name: 'loops', params: [
      { name: 'self', required: true, schema: { $ref: '#/components/schemas/Self' } },
      { name: 'loop', required: true, schema: { $ref: '#/components/schemas/Loop' } },
      { name: 'tree', required: true, schema: { $ref: '#/components/schemas/Tree' } },
      { name: 'nowhere', required: true, schema: { $ref: '#/components/schemas/Nowhere' } },
      { name: 'elsewhere', required: true, schema: { $ref: 'http://evil.example/schema.json' } },
      { name: 'both', required: true, schema: { $ref: '#/components/schemas/Both' } },
    ], result: { name: 'r', schema: { $ref: '#/components/schemas/Tree' } } },
    { name: '' }, null, 5, { name: 7 }, { name: 'bare' }, { name: 'wrong', params: 5, result: 7, errors: 'x', tags: [1], examples: [[]] },
  ],
  components: { schemas: {
    Self: { $ref: '#/components/schemas/Self' },
    Loop: { anyOf: [{ $ref: '#/components/schemas/Loop' }, { type: 'string' }] },
    Tree: { type: 'object', required: ['left', 'right'], properties: { left: { $ref: '#/components/schemas/Tree' }, right: { $ref: '#/components/schemas/Tree' } } },
    Both: { allOf: [{ $ref: '#/components/schemas/Both' }, { type: 'object' }] },
  } },
};

const REPLIES = [
  (id) => ({ jsonrpc: '2.0', id, result: { html: SCRIPT, [SCRIPT]: LINK, long: LONG } }),
  (id) => ({ jsonrpc: '2.0', id, result: LONG.repeat(40) }),
  (id) => ({ jsonrpc: '2.0', id, error: { code: 1, message: SCRIPT + MARKDOWN, data: SCRIPT } }),
  (id) => ({ jsonrpc: '2.0', id, error: { code: SCRIPT, message: 7 } }),
  (id) => `{"jsonrpc":"2.0","id":${id},"result":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
  (id) => `{"jsonrpc":"2.0","id":${id},"result":{"__proto__":{"harmed":1},"toString":1}}`,
  () => SCRIPT,
  () => '[]',
  () => '',
];

async function unharmed(page) {
  assert.equal(await page.evaluate(() => window.harmed ?? {}.harmed), undefined);
  assert.equal(await page.locator('main script, main img, main iframe, main object, main style').count(), 0);
  const links = await page.locator('a[href]').evaluateAll((all) => all.map((it) => it.getAttribute('href')));
  for (const link of links) assert.match(link, /^(#|https?:\/\/)/, link);
  const outward = await page.locator('a[href^="http"]').evaluateAll((all) => all.map((it) => `${it.rel} ${it.target}`));
  for (const link of outward) assert.match(link, /noopener .*_blank/);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'nothing sticks out');
  page.nothingIsWrong();
}

// A method of which only its name matters.
function described(name) {
  return { name, params: [], result: { name: 'result', schema: true } };
}

module.exports = {
  'a document with scripts, links, endless types and wrong members': async ({ context, url }) => {
    const page = await explorer(context, url, { document: DOCUMENT, reply: (message) => REPLIES[0](message.id) });
    await page.opened('');
    assert.ok((await page.innerText('.overview h1')).includes('<script>'), 'it is shown as text');
    assert.equal(await page.locator('.overview a[href^="https://example.org"]').count() > 0, true);
    await unharmed(page);
    for (const { name } of DOCUMENT.methods.filter((it) => typeof it?.name === 'string' && it.name !== '')) {
      await page.method(name);
      for (const details of await page.locator('main summary').all()) await details.click();
      for (const language of ['curl', 'rpc', 'Rust', 'TypeScript', 'Python', 'JSON']) await page.segment('.snippets', language);
      await unharmed(page);
      await page.click('#send');
      const anyway = page.locator('text=Send anyway');
      if (await anyway.count() > 0) await anyway.click();
      await page.answer();
      await page.click('text=Add to batch');
      await unharmed(page);
    }
    for (const view of ['Batch', 'History']) {
      await page.click(`.tool >> text=${view}`);
      await unharmed(page);
    }
  },

  'replies with scripts, and replies that are none': async ({ context, url }) => {
    let next = 0;
    const page = await explorer(context, url, { document: DOCUMENT, reply: (message) => REPLIES[next](message.id) });
    await page.opened('#bare');
    for (next = 0; next < REPLIES.length; next += 1) {
      await page.method(next % 2 === 0 ? 'wrong' : 'bare');
      await page.call();
      await unharmed(page);
    }
  },

  'links that try to be more': async ({ context, url }) => {
    const page = await explorer(context, url);
    for (const place of [`#${SCRIPT}`, `#${LINK}`, '#%', '#%E0%A4%A?params=%', '#orders.place?params=<script>', `#orders.find?params=${encodeURIComponent('{"number":"\\u003cscript>"}')}`,
      `#orders.place?params=${encodeURIComponent('['.repeat(2000))}`, '#__proto__', '#constructor?params={}', '#orders.place?params=' + encodeURIComponent('{"__proto__":{"tea":1}}')]) {
      await page.goto('about:blank');
      await page.opened(place);
      await page.waitForSelector('.method h1');
      await unharmed(page);
    }
  },

  'the policy is in force, and violations are noticed': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('');
    const blocked = await page.evaluate(async () => {
      const throws = (run) => {
        try {
          run();
          return false;
        } catch {
          return true;
        }
      };
      const script = document.createElement('script');
      return {
        html: throws(() => { document.createElement('p').innerHTML = '<b>x</b>'; }),
        text: throws(() => { script.textContent = 'window.harmed = 1'; }),
        request: await fetch('http://evil.example/').then(() => false, () => true),
      };
    });
    assert.deepEqual(blocked, { html: true, text: true, request: true });
    await page.evaluate(() => {
      document.body.setAttribute('style', 'color: red');
      document.body.append(Object.assign(document.createElement('img'), { src: 'http://evil.example/x.png' }));
    });
    assert.notEqual(await page.evaluate(() => getComputedStyle(document.body).color), 'rgb(255, 0, 0)');
    assert.throws(() => page.nothingIsWrong(), /violation of the policy/);
  },

  'another page can neither frame this one nor call through it': async ({ context, url }) => {
    const page = await context.newPage();
    const messages = [];
    page.on('console', (message) => messages.push(message.text()));
    // A page of another origin.
    await page.route('http://evil.example/**', (route) => route.fulfill({ contentType: 'text/html', body: `<iframe src="${url}"></iframe>` }));
    await page.goto('http://evil.example/');
    await page.waitForFunction(() => document.querySelector('iframe') !== null);
    const refused = await page.evaluate(async (url) => {
      const message = '{"jsonrpc":"2.0","method":"shop.counters","id":1}';
      const send = (headers) => fetch(url, { method: 'POST', headers, body: message, mode: 'cors' }).then(() => 'answered', () => 'refused');
      return [await send({ 'content-type': 'application/json' }), await send({ 'content-type': 'text/plain' })];
    }, url);
    assert.deepEqual(refused, ['refused', 'refused']);
    const frame = page.frames()[1];
    assert.equal(await frame.locator('.method-link').count(), 0, messages.join('\n'));
  },

  'names with half of a surrogate pair': async ({ context, url }) => {
    const names = ['half\ud800', '\udfffhalf'];
    const schema = { type: 'object', required: names, properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) };
    const params = [{ name: '\ud800', required: true, schema }];
    const document = { openrpc: '1.4.1', info: {}, methods: names.map((name) => ({ name, params, result: { schema: true } })) };
    const page = await explorer(context, url, { document, reply: ({ id }) => ({ jsonrpc: '2.0', id, result: names }) });
    await page.opened('');
    for (const [index] of names.entries()) {
      await page.locator('.method-link').nth(index).click();
      await page.waitForFunction((index) => location.hash.includes(index === 0 ? '#half' : 'half'), index);
      await page.waitForSelector('.method');
      assert.equal(await page.locator('text=not in the document').count(), 0);
      for (const language of ['curl', 'rpc', 'Rust', 'TypeScript', 'Python', 'JSON']) await page.segment('.snippets', language);
      await page.locator('.params input[type=text], .params textarea').first().fill('x\ud800');
      await page.click('#send');
      await page.answer();
      await page.click('text=Add to batch');
      await unharmed(page);
    }
    await page.click('.tool >> text=History');
    assert.equal(await page.locator('.history li').count() >= 2, true);
    await unharmed(page);
  },

  'what could take for ever takes a moment': async ({ context, url }) => {
    const ref = (name) => ({ $ref: `#/components/schemas/${name}` });
    const list = (items) => ({ type: 'array', items, minItems: 20 });
    const schemas = {
      Deep: { anyOf: [{ title: 'a', type: 'array', items: ref('Deep') }, { title: 'b', type: 'array', items: ref('Deep') }] },
      Loop: { anyOf: [ref('Loop'), { type: 'string' }] },
      Maybe: { anyOf: [ref('Maybe'), { type: 'null' }] },
      Endless: { type: 'object', properties: { a: { type: 'string' } }, anyOf: [ref('Endless'), ref('Endless')] },
      Twice40: { type: 'object', required: ['a'], properties: { a: { type: 'string' } } },
    };
    for (let index = 0; index < 40; index += 1) schemas[`Twice${index}`] = { allOf: [ref(`Twice${index + 1}`), ref(`Twice${index + 1}`)] };
    const text = (pattern) => ({ type: 'string', pattern });
    const given = {
      groups: [text('^(\\w+\\s?)*$'), `${'a'.repeat(60)}!`],
      choices: [text(`^${'(a|a)'.repeat(60)}b$`), 'a'.repeat(60)],
      optional: [text(`^${'a?'.repeat(60)}${'a'.repeat(60)}$`), 'a'.repeat(59)],
      many: [text(`${'\\w*'.repeat(20)}!$`), 'a'.repeat(9000)],
      deep: [ref('Deep'), JSON.parse(`${'['.repeat(40)}5${']'.repeat(40)}`)],
      loop: [ref('Loop'), 'x'],
      maybe: [ref('Maybe'), 'x'],
      endless: [ref('Endless'), { a: 'x' }],
      twice: [ref('Twice0'), undefined],
      lists: [list(list(list(list(list({ type: 'string' }))))), undefined],
    };
    const methods = Object.entries(given).map(([name, [schema]]) => ({ name, params: [{ name: 'value', required: true, schema }], result: { schema } }));
    const docs = [`# ${'#'.repeat(49_000)}x`, `- ${' '.repeat(49_000)}\u2028x`, `|${' |'.repeat(24_000)}x`].map((text, index) => ({ name: `docs${index}`, description: text, params: [] }));
    const document = { openrpc: '1.4.1', info: {}, methods: [...methods, ...docs], components: { schemas } };
    const page = await explorer(context, url, { document, reply: ({ id }) => ({ jsonrpc: '2.0', id, result: '"\\'.repeat(100_000) }) });
    await page.opened('');
    const begun = Date.now();
    for (const [name, [, value]] of Object.entries(given)) {
      await page.evaluate(([name, params]) => { location.hash = `${name}${params}`; }, [name, value === undefined ? '' : `?params=${encodeURIComponent(JSON.stringify({ value }))}`]);
      await page.waitForFunction((name) => document.querySelector('.method h1')?.textContent === name, name);
      await unharmed(page);
      console.log(`${name}: ${Date.now() - begun} ms since the first`);
    }
    assert.equal(await page.locator('.params .field').count() < 1500, true);
    for (const { name } of docs) await page.method(name);
    await page.click('#send');
    await page.answer();
    await unharmed(page);
    console.log(`all: ${Date.now() - begun} ms`);
  },

  'signs that turn the text around, and names that nobody sees': async ({ context, url }) => {
    const document = { openrpc: '1.4.1', info: {}, methods: [' ', 'a\u202eb', '\u200b'].map(described) };
    const reply = ({ id }) => `{"jsonrpc":"2.0","id":${id},"result":"user\u202e } \u2066 # comment"}`;
    const page = await explorer(context, url, { document, reply });
    await page.opened('');
    assert.deepEqual(await page.locator('.method-link-name').allInnerTexts(), ['" "', 'a\\u{202e}b', '\\u{200b}']);
    await page.method('a\u202eb');
    await page.call();
    assert.equal(await page.innerText('.reply .code'), '"user\\u202e } \\u2066 # comment"');
    assert.doesNotMatch(await page.innerText('.snippets .code'), /\u202e/);
    page.nothingIsWrong();
  },

  'long texts without spaces, and long messages': async ({ context, url }) => {
    const brackets = '[a]('.repeat(12_000);
    const document = { openrpc: '1.4.1', info: {}, methods: [{ ...described('a'), description: brackets }] };
    const reply = ({ id }) => ({ jsonrpc: '2.0', id, error: { code: 1, message: brackets.repeat(20), data: brackets } });
    const page = await explorer(context, url, { document, reply });
    await page.opened('');
    const begun = Date.now();
    await page.method('a');
    await page.call();
    await page.waitForSelector('.reply >> text=Show all');
    const time = Date.now() - begun;
    console.log(`long texts: ${time} ms`);
    assert.ok(time < 30_000, `${time} ms`);
    page.nothingIsWrong();
  },

  'a reply that is no answer says why': async ({ context, url }) => {
    const document = { openrpc: '1.4.1', info: {}, methods: ['deep', 'json'].map(described) };
    const replies = { deep: '['.repeat(5000) + ']'.repeat(5000), json: '{"hello": 1}' };
    const page = await explorer(context, url, { document, reply: ({ method }) => replies[method] });
    await page.opened('');
    for (const [name, said] of [['deep', /nested too deeply/], ['json', /JSON, and not a response/]]) {
      await page.method(name);
      await page.call();
      assert.match(await page.innerText('.reply .failure'), said);
    }
    page.nothingIsWrong();
  },
};
