'use strict';
// Interop peer: runs a file of checks on the explorer page in Chromium.
//
// usage: node run.js CHECKS URL [ARGUMENT…], where CHECKS is the name of a file beside this one

const { open } = require('./browser.js');

async function main() {
  const [file, url, ...given] = process.argv.slice(2);
  const checks = require(`./${file}.js`);
  const { context, close } = await open();
  let passed = 0;
  try {
    for (const [name, check] of Object.entries(checks)) {
      await check({ context, url, given }).catch((error) => {
        throw new Error(`${name}: ${error.stack}`);
      });
      passed += 1;
      for (const page of context.pages().slice(1)) await page.close();
    }
  } finally {
    await close();
  }
  console.log(`${passed} passed, 0 failed`);
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
