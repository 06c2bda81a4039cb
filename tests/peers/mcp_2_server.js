'use strict';
// Interop peer: a server of the Model Context Protocol over stdin and stdout, made with version 2 of the protocol's own SDK. It
// speaks the protocol of 2026-07-28 and those before it.

const { McpServer } = require('@modelcontextprotocol/server');
const { serveStdio } = require('@modelcontextprotocol/server/stdio');
// The SDK's own copy.
const z = require(require.resolve('zod', { paths: [require.resolve('@modelcontextprotocol/server')] }));

const text = (text) => ({ content: [{ type: 'text', text }] });
let stopped = 0;

serveStdio(() => {
  const server = new McpServer({ name: 'kitchen', version: '1.0.0' });
  const degrees = z.number().int().min(10);
  server.registerTool(
    'boil',
    { description: 'Boils water.', inputSchema: z.object({ degrees }) },
    async ({ degrees }, { mcpReq }) => {
      const { progressToken } = mcpReq._meta ?? {};
      for (let progress = 10; progress <= degrees; progress += 10) {
        if (mcpReq.signal.aborted) {
          stopped += 1;
          return text('stopped');
        }
        await new Promise((resolve) => setTimeout(resolve, 5));
        if (progressToken === undefined) continue;
        const params = { progressToken, progress, total: degrees };
        await mcpReq.notify({ method: 'notifications/progress', params });
      }
      return text(`The water has ${degrees} degrees.`);
    },
  );
  server.registerTool('stopped', { description: 'How often boiling was stopped.' }, () => text(`${stopped}`));
  return server;
});
