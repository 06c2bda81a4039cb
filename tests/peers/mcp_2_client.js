'use strict';
// Interop peer: starts a server of the Model Context Protocol, and uses it with version 2 of the protocol's own SDK. That speaks
// the protocol of 2026-07-28 with a server that knows it, and otherwise those before it.
//
// usage: node mcp_2_client.js SERVER legacy|auto

const assert = require('node:assert').strict;
const { Client } = require('@modelcontextprotocol/client');
const { StdioClientTransport } = require('@modelcontextprotocol/client/stdio');

const [command, mode] = process.argv.slice(2);
const transport = new StdioClientTransport({ command });
const client = new Client({ name: 'mcp_2_client.js', version: '1.0.0' }, { versionNegotiation: { mode } });
const boil = (degrees, options) => client.callTool({ name: 'boil', arguments: { degrees } }, options);

const checks = {
  'the server introduces itself': async () => {
    await client.connect(transport);
    assert.deepEqual(client.getServerVersion(), { name: 'kitchen', version: '1.0.0' });
    if (mode === 'auto') assert.equal(client.getNegotiatedProtocolVersion(), '2026-07-28');
    else assert.equal(client.getProtocolEra(), 'legacy');
  },
  'tools are listed': async () => {
    const { tools } = await client.listTools();
    assert.deepEqual(tools.map(({ name }) => name), ['boil']);
  },
  'a tool is called': async () => {
    const { content } = await boil(20);
    assert.deepEqual(content, [{ type: 'text', text: 'The water has 20 degrees.' }]);
  },
  'a tool reports': async () => {
    const reports = [];
    await boil(500, { onprogress: (report) => reports.push(report) });
    // The SDK drops reports that it reads together with the answer.
    assert(reports.length > 0);
    assert.deepEqual(reports, reports.map((_, at) => ({ progress: 10 * (at + 1), total: 500 })));
  },
  'errors': async () => {
    await assert.rejects(client.callTool({ name: 'fry', arguments: { degrees: 1 } }), { code: -32602 });
    await assert.rejects(boil('hot'), { code: -32602 });
  },
  'a call that is given up is stopped': async () => {
    const abort = new AbortController();
    let reports = 0;
    const hot = boil(1_000_000, { signal: abort.signal, onprogress: () => (reports += 1) });
    hot.catch(() => {});
    const late = Date.now() + 60_000;
    while (reports < 3) {
      assert(Date.now() < late, 'no reports');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    // What comes for a call that was given up is an error for the SDK, which says what came.
    const stopped = new Promise((resolve) => {
      client.onerror = (error) => /-32800/.test(error.message) && resolve();
    });
    abort.abort();
    await assert.rejects(hot);
    await stopped;
    await boil(10);
  },
  'the server ends': async () => {
    await client.close();
  },
};

async function main() {
  let [passed, failed] = [0, 0];
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
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
