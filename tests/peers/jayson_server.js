'use strict';
// Interop peer: a JSON-RPC 2.0 server made with the npm package jayson, on its
// own HTTP server.
//
// usage: node jayson_server.js PORT      (0 picks a free port)
//
// eth_chainId and eth_blockNumber are only for ethers_client.js --eth.

const jayson = require('jayson');

const INVALID_PARAMS = jayson.Server.errors.INVALID_PARAMS;
const lines = [];

// Binds params to names, strictly. Returns null if they don't match. jayson
// itself passes params on as they came (array, object or undefined), unchecked.
function bind(params, names, type) {
  if (params === undefined) params = [];
  let values;
  if (Array.isArray(params)) {
    if (params.length !== names.length) return null;
    values = params;
  } else {
    const given = Object.keys(params);
    if (given.length !== names.length || !names.every((n) => Object.hasOwn(params, n))) return null;
    values = names.map((n) => params[n]);
  }
  return values.every((v) => typeof v === type) ? values : null;
}

function method(names, type, body) {
  return function (params, callback) {
    const values = bind(params, names, type);
    if (!values) return callback(this.error(INVALID_PARAMS));
    body.call(this, values, callback);
  };
}

const server = new jayson.Server({
  add: method(['a', 'b'], 'number', ([a, b], done) => done(null, a + b)),
  echo: method(['text'], 'string', ([text], done) => done(null, text)),
  fail: method([], 'string', function (_, done) {
    done(this.error(1001, 'only 3 left', { left: 3 }));
  }),
  log: method(['line'], 'string', ([line], done) => {
    lines.push(line);
    done(null, null);
  }),
  logged: method([], 'string', (_, done) => done(null, lines.slice())),
  eth_chainId: method([], 'string', (_, done) => done(null, '0x1')),
  eth_blockNumber: method([], 'string', (_, done) => done(null, '0x10')),
});

const http = server.http();
http.listen(Number(process.argv[2]), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${http.address().port}/`);
});
