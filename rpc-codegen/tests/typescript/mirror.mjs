// Runs the checks in mirror.ts in Node.
//
// usage: node mirror.mjs FOLDER ADDRESSES, where FOLDER has mirror.js, and ADDRESSES is JSON. Where Node has no WebSockets,
// NODE_PATH must lead to the package ws.

import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [folder, addresses] = process.argv.slice(2);
const { run } = await import(pathToFileURL(path.join(folder, "mirror.js")));
const socket = globalThis.WebSocket ?? createRequire(import.meta.url)("ws").WebSocket;
try {
  console.log(`${await run(JSON.parse(addresses), socket)} passed`);
  process.exit(0);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
