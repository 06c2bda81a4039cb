'use strict';
// Interop peer: an editor, as far as a language server can tell. It starts one and talks to it with the npm package
// vscode-jsonrpc, as Visual Studio Code does.
//
// usage: node lsp_client.js SERVER

const assert = require('node:assert').strict;
const { once } = require('node:events');
const { spawn } = require('node:child_process');
const rpc = require('vscode-jsonrpc/node');

function start() {
  const server = spawn(process.argv[2], { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = rpc.createMessageConnection(
    new rpc.StreamMessageReader(server.stdout),
    new rpc.StreamMessageWriter(server.stdin),
  );
  const notified = {};
  const waiting = {};
  connection.onNotification((method, params) => {
    const next = (waiting[method] ??= []).shift();
    if (next) next(params);
    else (notified[method] ??= []).push(params);
  });
  const next = (method) => {
    const known = (notified[method] ??= []).shift();
    if (known) return Promise.resolve(known);
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no ${method} came`)), 60_000);
      (waiting[method] ??= []).push((params) => {
        clearTimeout(late);
        resolve(params);
      });
    });
  };
  connection.listen();
  return { server, connection, next };
}

async function initialized() {
  const started = start();
  const { connection } = started;
  const { capabilities } = await connection.sendRequest('initialize', {
    processId: process.pid,
    clientInfo: { name: 'lsp_client.js', version: '1' },
    locale: 'en',
    rootUri: null,
    capabilities: { textDocument: { publishDiagnostics: { relatedInformation: true } } },
    trace: 'off',
    workspaceFolders: null,
  });
  assert.equal(capabilities.textDocumentSync, 1);
  await connection.sendNotification('initialized', {});
  return started;
}

const open = (connection, uri, text) =>
  connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'toy', version: 1, text },
  });
const run = (connection, uri, ...more) =>
  connection.sendRequest('workspace/executeCommand', { command: 'run', arguments: [uri] }, ...more);

async function ended({ server, connection }) {
  const exit = once(server, 'exit');
  await connection.sendNotification('exit');
  return (await exit)[0];
}

const checks = {
  diagnostics: async (editor) => {
    await open(editor.connection, 'file:///wrong', 'print x\njump\n\nsleep é😀\n');
    const { uri, diagnostics } = await editor.next('textDocument/publishDiagnostics');
    assert.equal(uri, 'file:///wrong');
    const message = 'expected print TEXT or sleep SECONDS';
    const range = (line, character) => ({ start: { line, character: 0 }, end: { line, character } });
    assert.deepEqual(diagnostics, [
      { range: range(1, 4), message },
      { range: range(3, 9), message },
    ]);
    await open(editor.connection, 'file:///right', 'print hello\nprint again');
    assert.deepEqual((await editor.next('textDocument/publishDiagnostics')).diagnostics, []);
  },
  'a request that answers, and says something before': async (editor) => {
    const said = [editor.next('window/logMessage'), editor.next('window/logMessage')];
    assert.equal(await run(editor.connection, 'file:///right'), 2);
    assert.deepEqual(await Promise.all(said), [
      { type: 3, message: 'hello' },
      { type: 3, message: 'again' },
    ]);
  },
  'a request that is cancelled': async (editor) => {
    await open(editor.connection, 'file:///slow', 'print running\nsleep 3600\nprint never');
    const cancellation = new rpc.CancellationTokenSource();
    const running = run(editor.connection, 'file:///slow', cancellation.token);
    running.catch(() => {});
    assert.equal((await editor.next('window/logMessage')).message, 'running');
    cancellation.cancel();
    await assert.rejects(running, { code: -32800 });
    assert.equal(await run(editor.connection, 'file:///right'), 2);
  },
  'what the server does not know': async ({ connection }) => {
    await assert.rejects(connection.sendRequest('textDocument/hover', {}), { code: -32601 });
    await connection.sendNotification('$/setTrace', { value: 'off' });
    await connection.sendNotification('textDocument/didSave', { textDocument: { uri: 'file:///right' } });
    assert.equal(await run(connection, 'file:///right'), 2);
  },
  'shutdown and exit': async (editor) => {
    assert.equal(await editor.connection.sendRequest('shutdown'), null);
    assert.equal(await ended(editor), 0);
  },
  'exit without shutdown': async () => {
    assert.equal(await ended(await initialized()), 1);
  },
};

async function main() {
  const editor = await initialized();
  let [passed, failed] = [0, 0];
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check(editor);
      passed += 1;
    } catch (error) {
      failed += 1;
      console.log(`FAILED ${name}: ${error.stack}`);
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}

main();
