// Says how large the runtime is: that for calls over HTTP, and all of it. In bytes, with gzip, as two numbers.
//
// usage: node size.mjs FOLDER, where FOLDER has the files of the runtime as JavaScript without comments. They are measured without
// their spaces. Names stay as they are, so minifiers make them smaller still.

import fs from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";

function size(...names) {
  const texts = names.map((name) => fs.readFileSync(path.join(process.argv[2], `${name}.js`), "utf8"));
  return gzipSync(texts.join("").replace(/\s*([^\w$])\s*/g, "$1"), { level: 9 }).length;
}

const calls = ["json", "errors", "runtime"];
console.log(size(...calls), size(...calls, "streams", "connection", "websocket", "handlers"));
