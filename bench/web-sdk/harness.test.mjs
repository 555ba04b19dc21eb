import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, startBrowser } from './browser.mjs';
import { bundle } from './bundle.mjs';
import { measureBurst } from './measure/burst.mjs';
import { startServer } from './server.mjs';
import { createSlots } from './slots.mjs';

const chromium = findChromium();
if (chromium === null && process.env.CI === 'true') throw new Error('CI has no Chromium');

describe.skipIf(chromium === null)('given PX in the harness', () => {
  const slots = createSlots();
  let server;
  let browser;

  beforeAll(async () => {
    const { files } = await bundle("import './pages/px.js';");
    server = await startServer({ pages: new Map([['px', files]]), slots });
    browser = await startBrowser({ strangers: new Set() });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('times its calls and counts what its collector receives', async () => {
    const results = await measureBurst({
      browser,
      server,
      slots,
      variants: [{ id: 'px', sdk: 'px', batching: false }],
      calls: 500,
      few: 20,
      mostFewMs: 10_000,
      watchMs: 100,
    });
    const { made, microsMedian, workMicros, taskMs } = results.get('px');
    expect(made).toBe(500);
    expect(microsMedian).toBeGreaterThan(0);
    // Undefined, had not all of the few been received.
    expect(workMicros).toBeGreaterThan(0);
    expect(taskMs).toBeGreaterThan(0);
  });
});
