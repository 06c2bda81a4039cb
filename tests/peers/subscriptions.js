'use strict';
// What the interop peers with subscriptions share.

const assert = require('node:assert').strict;

/// Runs checks one after the other, and ends the process.
async function run(checks) {
  setTimeout(() => {
    console.log('FAILED  took over 60 s');
    process.exit(1);
  }, 60_000).unref();
  let failed = 0;
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
      console.log(`ok      ${name}`);
    } catch (error) {
      failed++;
      console.log(`FAILED  ${name}: ${String(error.stack).slice(0, 600)}`);
    }
  }
  process.exit(failed ? 1 : 0);
}

/// Polls until this gives the expected value.
async function until(expected, value) {
  for (;;) {
    const found = await value();
    if (found === expected) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/// Collects what a callback gets.
class Items {
  #items = [];
  #waiting = null;

  push(item) {
    this.#items.push(item);
    this.#waiting?.();
  }

  /// So many items, as soon as there are as many.
  async take(count) {
    while (this.#items.length < count) {
      await new Promise((resolve) => (this.#waiting = resolve));
    }
    return this.#items.splice(0, count);
  }

  get length() {
    return this.#items.length;
  }
}

/// The error that a promise is rejected with.
async function rejection(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return assert.fail('it is not rejected');
}

module.exports = { Items, rejection, run, until };
