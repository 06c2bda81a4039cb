'use strict';
// The snippets for other programs are run, and do the same as the page.

const { execFile } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { promisify } = require('node:util');
const esbuild = require('esbuild');
const { assert, explorer } = require('./browser.js');

const execute = promisify(execFile);

// Texts that mean something to a shell or in a literal of some language.
const NASTY = `it's "quoted" \\ $HOME \`id\` !x %s \u{1f375} é \t end\n#second "# line`;

const CALLS = [
  ['orders.find', { number: '18446744073709551615' }, /18446744073709551615/],
  ['echo.texts', { value: [NASTY, '', "'", '--notify', '$(id)'] }],
  ['echo.anything', { value: { "it's": [1, { deep: NASTY }], '': null } }],
  ['shop.counters', {}],
];

async function written(page, language) {
  await page.segment('.snippets', language);
  return page.locator('.snippet').evaluate((it) => it.textContent);
}

const environment = () => ({ ...process.env, NO_PROXY: '*', no_proxy: '*' });

const PROGRAMS = {
  curl: async (text) => JSON.parse(await shell(`${text} --silent`)).result,
  Python: async (text, folder) => {
    const file = path.join(folder, 'snippet.py');
    fs.writeFileSync(file, text);
    return run('python3', ['-c', `import sys, json, builtins\nbuiltins.print = lambda it: sys.stdout.write(json.dumps(it))\nexec(open(${JSON.stringify(file)}, encoding="utf-8").read())`]);
  },
  TypeScript: async (text, folder) => {
    const file = path.join(folder, 'snippet.mjs');
    const { code } = await esbuild.transform(text, { loader: 'ts', format: 'esm' });
    fs.writeFileSync(file, `console.log = (it) => process.stdout.write(JSON.stringify(it));\n${code}`);
    return run('node', [file]);
  },
};

async function shell(text) {
  const { stdout } = await execute('bash', ['-c', text], { env: environment() });
  return stdout;
}

async function run(program, args) {
  const { stdout } = await execute(program, args, { env: environment() });
  return JSON.parse(stdout);
}

module.exports = {
  'calls': async ({ context, url, given: [rpc] }) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'snippets-'));
    fs.symlinkSync(rpc, path.join(folder, 'rpc'));
    const programs = {
      ...PROGRAMS,
      rpc: async (text) => JSON.parse(await shell(`PATH="${folder}:$PATH"; ${text}`)),
    };
    const page = await explorer(context, url);
    await page.opened('');
    for (const [method, params, pattern] of CALLS) {
      await page.method(method);
      await page.segment('.params', 'JSON');
      const text = JSON.stringify(params).replace(/"(\d{17,})"/, '$1');
      await page.fill('#params-text', text);
      for (const [language, execution] of Object.entries(programs)) {
        const snippet = await written(page, language);
        const result = await execution(snippet, folder).catch((error) => {
          throw new Error(`${language}: ${snippet}\n${error.stderr ?? error.stack}`);
        });
        if (pattern === undefined && params.value !== undefined) assert.deepEqual(result, params.value, snippet);
        if (pattern !== undefined) assert.match(snippet, pattern);
      }
    }
    fs.rmSync(folder, { recursive: true });
    page.nothingIsWrong();
  },

  'notifications and streams': async ({ context, url, given: [rpc] }) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'snippets-'));
    fs.symlinkSync(rpc, path.join(folder, 'rpc'));
    const page = await explorer(context, url);
    const seen = async () => {
      await page.method('shop.counters');
      await page.call();
      return JSON.parse(await page.innerText('.reply .code'))[1];
    };
    await page.opened('#shop.counters');
    const before = await seen();
    await page.method('orders.seen');
    await shell(`${await written(page, 'curl')} --silent`);
    await shell(`PATH="${folder}:$PATH"; ${await written(page, 'rpc')}`);
    assert.equal(await seen(), before + 2);

    await page.method('shop.count');
    await page.field('to').fill('3');
    const items = { curl: 4, rpc: 3, Python: 4, TypeScript: 4 };
    for (const [language, count] of Object.entries(items)) {
      const snippet = await written(page, language);
      const file = path.join(folder, 'snippet.mjs');
      let command = `PATH="${folder}:$PATH"; ${snippet}`;
      if (language === 'Python') command = `python3 - <<'END'\n${snippet}\nEND`;
      if (language === 'TypeScript') {
        fs.writeFileSync(file, (await esbuild.transform(snippet, { loader: 'ts', format: 'esm' })).code);
        command = `node ${file}`;
      }
      const printed = await shell(command);
      const lines = printed.split(/\n(?=data|\{|\d)/).filter((line) => line.trim() !== '');
      assert.equal(lines.length, count, `${language}: ${printed}`);
    }
    fs.rmSync(folder, { recursive: true });
    page.nothingIsWrong();
  },

  'Rust, as text': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#echo.texts');
    await page.segment('.params', 'JSON');
    await page.fill('#params-text', '{"value": ["\\"#", "a"]}');
    assert.equal(await written(page, 'Rust'), [
      'use rpc_http::Client;',
      'use serde_json::value::RawValue;',
      'use serde_json::Value;',
      '',
      `let client = Client::new("${url}")?;`,
      'let params = RawValue::from_string(r#"{"value":["\\"#","a"]}"#.into())?;'.replace('r#', 'r##').replace('}"#', '}"##'),
      'let result: Value = client.call("echo.texts", &params).await?;',
      'println!("{result:#}");',
    ].join('\n'));
    page.nothingIsWrong();
  },

  'copying': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('#orders.place');
    const snippet = await written(page, 'curl');
    await page.click('[aria-label="Copy curl"]');
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), snippet);
    page.nothingIsWrong();
  },

  'words that some shells expand': async ({ context, url }) => {
    const document = { openrpc: '1.4.1', info: {}, methods: [{ name: '=ls', params: [], result: { schema: true } }] };
    const page = await explorer(context, url, { document });
    await page.opened('');
    await page.method('=ls');
    assert.match(await written(page, 'rpc'), /^rpc call \S+ '=ls'$/);
    page.nothingIsWrong();
  },
};
