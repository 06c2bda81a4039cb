'use strict';
// Interop peer: a server of streams over a WebSocket of the npm package ws. It
// knows nothing of `$/window`, as most servers don't, and calls its client.
//
// usage: node ws_server.js PORT

const { WebSocketServer } = require('ws');

const server = new WebSocketServer({ port: Number(process.argv[2]), host: '127.0.0.1' }, () => {
  console.log(`listening on ws://127.0.0.1:${server.address().port}/`);
});

server.on('connection', (socket) => {
  const streams = new Map();
  const asked = new Map();
  let lastId = 0;
  const send = (message) => socket.send(JSON.stringify({ jsonrpc: '2.0', ...message }));
  const item = (token, value) => send({ method: '$/progress', params: { token, value } });

  // Cuts a message without regard to its characters, and asks in between whether the client is there.
  const inFragments = (message) => {
    const bytes = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    const length = Math.ceil(bytes.length / 7);
    for (let start = 0; start < bytes.length; start += length) {
      const fin = start + length >= bytes.length;
      socket.send(bytes.subarray(start, start + length), { fin, binary: false });
      socket.ping();
    }
  };

  const methods = {
    'feed.echo': (id, [text]) => inFragments({ id, result: text }),
    'feed.count': (id, [to]) => {
      for (let n = 1; n <= to; n++) item(id, n);
      send({ id, result: null });
    },
    'feed.fragile': (id, [to]) => {
      if (to === 0) return send({ id, error: { code: 1001, message: 'nothing to count' } });
      item(id, 1);
      item(id, 2);
      return send({ id, error: { code: 1002, message: '3 is too much', data: { at: 3 } } });
    },
    'feed.endless': (id, [text]) => {
      streams.set(id, setInterval(() => item(id, text), 1));
    },
    'feed.nothings': (id) => {
      item(id, 'not a number');
      send({ id, result: null });
    },
    'feed.silent': (id) => {
      item(id, 1);
      socket.terminate();
    },
    'feed.ask': (id, [levels]) => {
      if (levels === 0) return send({ id, result: 'enough' });
      const own = `s${++lastId}`;
      asked.set(own, (answer) => send({ id, result: `${levels} ${answer}` }));
      return send({ id: own, method: 'answers.answer', params: [levels - 1] });
    },
  };

  socket.on('close', () => streams.forEach(clearInterval));
  socket.on('message', (data) => {
    const message = JSON.parse(data.toString());
    if (message.method === '$/cancelRequest') {
      const { id } = message.params;
      if (!streams.has(id)) return;
      clearInterval(streams.get(id));
      streams.delete(id);
      send({ id, error: { code: -32800, message: 'cancelled' } });
    } else if (message.method && message.id !== undefined) {
      const method = methods[message.method];
      if (method) method(message.id, message.params ?? []);
      else send({ id: message.id, error: { code: -32601, message: 'Method not found' } });
    } else if (asked.has(message.id)) {
      asked.get(message.id)(message.result ?? message.error.message);
      asked.delete(message.id);
    }
  });
});

// The end of the input is the end of the server.
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
