// Says how large the runtime is: that for calls over HTTP, and all of it. In bytes, bundled, minified and with gzip, as two numbers.
//
// usage: node size.mjs FOLDER, where FOLDER has the files of the runtime. NODE_PATH must lead to the package esbuild.

import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";

const { buildSync } = createRequire(import.meta.url)("esbuild");

function size(...names) {
  const contents = names.map((name) => `export * from "./${name}.ts";`).join("");
  const settings = { bundle: true, minify: true, format: "esm", target: "es2022", write: false };
  const { outputFiles } = buildSync({ ...settings, stdin: { contents, resolveDir: process.argv[2] } });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}

console.log(size("runtime"), size("runtime", "streams", "websocket", "handlers"));
