'use strict';
// axe-core finds nothing in any view: light, dark, and on a narrow screen. And the keyboard is enough.

const fs = require('node:fs');
const { assert, explorer } = require('./browser.js');

const AXE = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

// The policy forbids scripts from elsewhere, so the findings are made by the browser's debugger.
async function findings(page) {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
    return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 200)} ${node.failureSummary}`));
  });
}

const VIEWS = {
  'the overview': async (page) => page.opened(''),
  'a form': async (page) => page.opened('#orders.place'),
  'mistakes in a form': async (page) => {
    await page.field('grams').fill('x');
    await page.click('#send');
    await page.waitForSelector('[role=alert]');
  },
  'a result': async (page) => {
    await page.field('grams').fill('1');
    await page.call();
  },
  'an error': async (page) => {
    await page.field('grams').fill('1001');
    await page.click('#send');
    await page.waitForSelector('.failure');
  },
  'params as JSON': async (page) => page.segment('.params', 'JSON'),
  'a form with everything': async (page) => {
    await page.method('echo.odd');
    for (const summary of await page.locator('main summary').all()) await summary.click();
  },
  'a tree': async (page) => {
    await page.method('echo.node');
    await page.check('[aria-label="Send parent"]');
    await page.click('text=Add Node >> nth=0');
  },
  'a union': async (page) => page.method('echo.external'),
  'a map': async (page) => {
    await page.method('echo.flat');
    await page.fill('[aria-label^="new key"]', 'seven');
    await page.click('text=Add entry');
  },
  'bytes': async (page) => page.method('echo.bytes'),
  'a deprecated method': async (page) => page.method('orders.buy'),
  'a stream': async (page) => {
    await page.method('shop.count');
    await page.field('to').fill('3');
    await page.click('#send');
    await page.waitForSelector('.reply >> text=The stream has ended.');
  },
  'a batch': async (page) => {
    await page.click('text=Add to batch');
    await page.click('[href="#!batch"]');
    await page.click('text=Send 1 together');
    await page.waitForSelector('.batch-call .card-body');
  },
  'the history': async (page) => page.click('[href="#!history"]'),
  'credentials': async (page) => {
    await page.click('#auth');
    await page.segment('dialog', 'basic');
  },
};

async function everyView(page) {
  for (const [name, show] of Object.entries(VIEWS)) {
    await show(page).catch((error) => {
      throw new Error(`${name}: ${error.stack}`);
    });
    assert.deepEqual(await findings(page), [], name);
  }
  page.nothingIsWrong();
}

module.exports = {
  'light': async ({ context, url }) => everyView(await explorer(context, url)),

  'dark': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.emulateMedia({ colorScheme: 'dark' });
    await everyView(page);
  },

  'narrow': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.setViewportSize({ width: 360, height: 740 });
    await everyView(page);
    await page.opened('#echo.odd');
    await page.keyboard.press('Escape');
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, 'nothing sticks out');
    await page.click('[aria-label="Methods"] >> nth=0');
    await page.click('.method-link >> text="find"');
    await page.waitForSelector('h1 >> text=orders.find');
    assert.equal(await page.locator('.sidebar').isVisible(), false);
  },

  'the keyboard is enough': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.opened('');
    await page.keyboard.press('/');
    await page.keyboard.type('orders.place');
    await page.keyboard.press('Enter');
    await page.waitForSelector('h1 >> text=orders.place');
    // From the search to the form, to the button, and to the reply.
    const seen = [];
    for (let step = 0; step < 40; step += 1) {
      await page.keyboard.press('Tab');
      seen.push(await page.evaluate(() => document.activeElement.id || document.activeElement.getAttribute('aria-label') || document.activeElement.textContent));
      if (seen[seen.length - 1] === 'send') break;
    }
    assert.ok(seen.includes('field/grams') && seen.includes('send'), seen.join(', '));
    await page.keyboard.press('Enter');
    await page.waitForSelector('.reply .result');
    assert.equal(await page.locator('.reply > [role=status]').innerText(), 'The result is there');
    page.nothingIsWrong();
  },

  'the keyboard goes on from the heading of what it has opened': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.setViewportSize({ width: 390, height: 780 });
    await page.opened('');
    await page.keyboard.press('/');
    await page.keyboard.type('orders.find');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.textContent === 'orders.find' && document.activeElement.tagName === 'H1');
    await page.keyboard.press('/');
    await page.waitForFunction(() => document.activeElement?.type === 'search');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.querySelector('main').offsetHeight > 0);
    page.nothingIsWrong();
  },

  'without colours, the chosen option can be seen': async ({ context, url }) => {
    const page = await explorer(context, url);
    await page.emulateMedia({ forcedColors: 'active' });
    await page.opened('#orders.place');
    const ground = (state) => page.locator(`.params .segment input${state} + span`).first().evaluate((it) => getComputedStyle(it).backgroundColor);
    assert.notEqual(await ground(':checked'), await ground(':not(:checked)'));
    page.nothingIsWrong();
  },
};
