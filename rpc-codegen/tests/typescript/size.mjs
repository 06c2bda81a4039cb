// Says how large the runtime is: that for calls over HTTP, and all of it. In bytes, with gzip, as two numbers.
//
// usage: node size.mjs FOLDER, where FOLDER has the files of the runtime as JavaScript without comments. They are measured as
// one file without spaces, and with short private names. Other names stay as they are, so minifiers make them smaller still.

import fs from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";

function size(...names) {
  const shortened = new Map();
  const short = (name) => shortened.get(name) ?? shortened.set(name, `#${shortened.size.toString(36)}`).get(name);
  const texts = names.map((name) => fs.readFileSync(path.join(process.argv[2], `${name}.js`), "utf8"));
  const bundle = texts.join("").replace(/^(import|export \{).*$|^export /gm, "");
  const small = bundle.replace(/\s*([^\w$])\s*/g, "$1").replace(/#[a-z]\w+/gi, short);
  return gzipSync(small, { level: 9 }).length;
}

const calls = ["json", "errors", "runtime"];
console.log(size(...calls), size(...calls, "streams", "connection", "websocket", "handlers"));
