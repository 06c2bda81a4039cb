'use strict';
// The npm package jayson, on its own HTTP server. Prints its port, and serves until its standard input ends.

const jayson = require('jayson');

const server = new jayson.Server({
  add: ([a, b], done) => done(null, a + b),
});

const http = server.http();
http.listen(0, '127.0.0.1', () => console.log(http.address().port));
process.stdin.resume().on('end', () => process.exit(0));
