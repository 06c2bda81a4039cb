// Runs the checks in mirror.ts in a page in Chromium. The page is of the relay's origin, since servers refuse pages of others.
//
// usage: node page.mjs FOLDER ADDRESSES, where FOLDER has mirror.js, and ADDRESSES is JSON. NODE_PATH must lead to the package
// playwright-core.

import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";

const { chromium } = createRequire(import.meta.url)("playwright-core");

const [folder, given] = process.argv.slice(2);
const { cutHttp, cutWebSocket } = JSON.parse(given);
const addresses = { http: cutHttp, webSocket: cutWebSocket, cutHttp, cutWebSocket };
const TIME = 300_000;

// The modules of the page. Everything else goes to the server.
async function serve(route) {
  const { pathname } = new URL(route.request().url());
  return route.fulfill({ contentType: "text/javascript", body: fs.readFileSync(path.join(folder, pathname.slice("/page/".length))) });
}

const profile = fs.mkdtempSync(path.join(os.tmpdir(), "chromium-"));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: "/usr/bin/chromium",
  headless: true,
  timeout: TIME,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
  ],
});
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(TIME);
  await page.route("**/page/**", serve);
  // What the server answers is an error, but a page of its address, as Chromium wants it for WebSockets to this machine.
  await page.goto(cutHttp);
  const passed = await page.evaluate(async (addresses) => {
    const { run } = await import("/page/mirror.js");
    return run(addresses);
  }, addresses);
  console.log(`${passed} passed`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await browser.close();
  fs.rmSync(profile, { recursive: true, force: true });
}
