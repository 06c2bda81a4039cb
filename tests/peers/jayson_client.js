'use strict';
// Interop peer: calls a JSON-RPC 2.0 server with the npm package jayson.
//
// usage: node jayson_client.js URL

const assert = require('node:assert').strict;
const jayson = require('jayson');

const url = new URL(process.argv[2]);
const client = jayson.client.http({
  hostname: url.hostname,
  port: url.port,
  path: url.pathname + url.search,
  timeout: 10_000,
});
const run = `jayson-${process.pid}-${Date.now()}`;
const statuses = [];
client.on('http response', (res) => statuses.push(res.statusCode));

// Sends a message. Resolves to the whole answer, or undefined if the body is empty.
function send(made) {
  return new Promise((resolve, reject) => {
    client.request(made, (error, answer) => (error ? reject(error) : resolve(answer)));
  });
}

// Makes one call and resolves to its answer, after checking the id, which jayson does not do.
async function call(method, params, id) {
  const made = client.request(method, params, id);
  const answer = await send(made);
  assert.equal(answer.jsonrpc, '2.0');
  assert.equal(answer.id, made.id);
  return answer;
}

async function result(method, params, wanted, id) {
  const answer = await call(method, params, id);
  assert.equal(answer.error, undefined);
  assert.deepEqual(answer.result, wanted);
}

async function code(method, params, wanted) {
  const answer = await call(method, params);
  assert.equal(answer.error?.code, wanted);
  assert.notEqual(answer.error.message, '');
  assert.ok(!('result' in answer));
}

function notify(method, params) {
  const made = client.request(method, params, null);
  assert.ok(!('id' in made));
  return send(made);
}

function applicationError(answer) {
  assert.deepEqual(answer.error, { code: 1001, message: 'only 3 left', data: { left: 3 } });
}

async function loggedOnce(line) {
  let lines = [];
  for (let i = 0; i < 20 && !lines.includes(line); i++) {
    if (i) await new Promise((resolve) => setTimeout(resolve, 100));
    lines = (await call('logged')).result;
  }
  assert.equal(lines.filter((l) => l === line).length, 1);
}

const checks = {
  'positional call': () => result('add', [2, 3], 5),
  'named call': () => result('add', { a: 2, b: 3 }, 5),
  'named call, in another order': () => result('add', { b: 40, a: -2 }, 38),
  'sum past 32 bits': () => result('add', [2 ** 31, 2 ** 31], 2 ** 32),
  'named string': () => result('echo', { text: 'named' }, 'named'),
  'ids chosen by the caller': async () => {
    for (const id of ['é "quoted"', '', 0, -1, Number.MAX_SAFE_INTEGER]) {
      await result('add', [1, 1], 2, id);
    }
  },
  'application error': async () => applicationError(await call('fail', [])),
  'no params member': async () => applicationError(await call('fail')),
  'empty object as params': async () => applicationError(await call('fail', {})),
  'callback with three arguments': () =>
    new Promise((resolve, reject) => {
      client.request('fail', [], (err, error, result) => {
        try {
          assert.equal(err, null);
          assert.equal(error.code, 1001);
          assert.equal(result, undefined);
          resolve();
        } catch (e) {
          reject(e);
        }
      });
    }),
  'method not found': () => code('nosuch', [], -32601),
  'too few params': async () => {
    await code('add', [1], -32602);
    await code('add', undefined, -32602);
  },
  'too many params': () => code('add', [1, 2, 3], -32602),
  'param of the wrong type': async () => {
    await code('add', ['x', 2], -32602);
    await code('echo', [5], -32602);
  },
  'missing name': () => code('add', { a: 1 }, -32602),
  'unknown name': () => code('add', { a: 1, b: 2, c: 3 }, -32602),
  'notification, then logged': async () => {
    const line = `${run} one ü`;
    assert.equal(await notify('log', [line]), undefined);
    await loggedOnce(line);
  },
  'notification with named params': async () => {
    const line = `${run} named`;
    assert.equal(await notify('log', { line }), undefined);
    await loggedOnce(line);
  },
  'notification that fails': async () => {
    assert.equal(await notify('nosuch', []), undefined);
    assert.equal(await notify('fail', []), undefined);
    assert.equal(await notify('log', [1, 2]), undefined);
  },
  'the same method as a call': async () => {
    const line = `${run} called`;
    await result('log', [line], null);
    await loggedOnce(line);
  },
  'mixed batch': async () => {
    const line = `${run} batch`;
    const made = [
      client.request('add', [1, 2]),
      client.request('log', [line], null),
      client.request('fail', []),
      client.request('nosuch', []),
      client.request('add', ['x', 2]),
      client.request('echo', { text: 'in a batch é' }),
    ];
    const answers = await send(made);
    assert.ok(Array.isArray(answers));
    assert.equal(answers.length, 5);
    const byId = new Map(answers.map((answer) => [answer.id, answer]));
    assert.equal(byId.size, 5);
    assert.equal(byId.get(made[0].id).result, 3);
    applicationError(byId.get(made[2].id));
    assert.equal(byId.get(made[3].id).error.code, -32601);
    assert.equal(byId.get(made[4].id).error.code, -32602);
    assert.equal(byId.get(made[5].id).result, 'in a batch é');
    await loggedOnce(line);
  },
  'batch split into errors and results': () =>
    new Promise((resolve, reject) => {
      const made = [client.request('add', [1, 2]), client.request('fail', []), client.request('logged')];
      client.request(made, (err, errors, results) => {
        try {
          assert.equal(err, null);
          assert.equal(errors.length, 1);
          assert.equal(results.length, 2);
          resolve();
        } catch (e) {
          reject(e);
        }
      });
    }),
  'batch of 200': async () => {
    const made = Array.from({ length: 200 }, (_, i) => client.request('add', [i, i]));
    const answers = new Map((await send(made)).map((answer) => [answer.id, answer.result]));
    assert.equal(answers.size, 200);
    made.forEach((m, i) => assert.equal(answers.get(m.id), 2 * i));
  },
  'batch of notifications': async () => {
    const made = [0, 1, 2].map((i) => client.request('log', [`${run} n${i}`], null));
    assert.equal(await send(made), undefined);
    for (const i of [0, 1, 2]) await loggedOnce(`${run} n${i}`);
  },
  unicode: async () => {
    for (const text of [
      '',
      'é ü ß',
      '日本語',
      'שלום',
      '😀 👩‍👩‍👧',
      'e\u0301',
      '\u2028\u2029\ufeff',
      '"quoted" \\ / \b\f\n\r\t',
      '\u0000\u0001\u001f\u007f',
      '\ud7ff\ue000\uffff\u{10ffff}',
    ]) {
      await result('echo', [text], text);
    }
  },
  'long string': async () => {
    for (const text of ['x'.repeat(300_000), 'é😀\n'.repeat(50_000)]) {
      await result('echo', [text], text);
    }
  },
  'concurrent calls': () =>
    Promise.all(Array.from({ length: 50 }, (_, i) => result('add', [i, 1], i + 1))),
  'every HTTP status was 2xx': async () => {
    assert.ok(statuses.length > 50);
    assert.ok(statuses.every((status) => status >= 200 && status < 300));
  },
};

async function main() {
  let passed = 0;
  let failed = 0;
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
      passed++;
      console.log(`ok      ${name}`);
    } catch (error) {
      failed++;
      console.log(`FAILED  ${name}: ${String(error.message).slice(0, 300).replaceAll('\n', ' ')}`);
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}

setTimeout(() => {
  console.log('FAILED  took over 60 s');
  process.exit(1);
}, 60_000).unref();
main();
