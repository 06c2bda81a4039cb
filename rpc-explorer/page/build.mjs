// Builds the page: one HTML file with its script and style inside, its compressed form, and the policy that allows these two.
//
// usage: node build.mjs [FOLDER], where FOLDER gets the files; default `built`

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const source = path.dirname(fileURLToPath(import.meta.url));
const output = path.resolve(process.argv[2] ?? path.join(source, "built"));

const bundle = await build({
  absWorkingDir: source,
  entryPoints: ["src/main.tsx"],
  bundle: true,
  write: false,
  minify: true,
  charset: "utf8",
  format: "iife",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
});
// A script ends at the first such sign, wherever that is.
const script = bundle.outputFiles[0].text.replaceAll("</script", "<\\/script").trim();

const sheets = readdirSync(path.join(source, "styles")).sort();
const styles = sheets.map((name) => readFileSync(path.join(source, "styles", name), "utf8")).join("\n");
const style = (await transform(styles, { loader: "css", minify: true, charset: "utf8", target: "es2022" })).code.trim();

const licence = readFileSync(path.join(source, "node_modules/preact/LICENSE"), "utf8").trim();
const page = readFileSync(path.join(source, "page.html"), "utf8")
  .replace("LICENCE", () => licence)
  .replace("STYLE", () => style)
  .replace("SCRIPT", () => script);

const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const policy = [
  "default-src 'none'",
  `script-src ${hash(script)}`,
  `style-src ${hash(style)}`,
  "connect-src 'self'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

const compressed = gzipSync(page, { level: 9 });
mkdirSync(output, { recursive: true });
writeFileSync(path.join(output, "page.html"), page);
writeFileSync(path.join(output, "page.html.gz"), compressed);
writeFileSync(path.join(output, "policy.txt"), policy);
writeFileSync(path.join(output, "digest.txt"), createHash("sha256").update(page).digest("hex"));
console.log(`${page.length} bytes, ${compressed.length} compressed`);
