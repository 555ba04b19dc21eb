import { median } from '../numbers.mjs';
import { threadSeconds } from './thread-seconds.mjs';

/** Timers of start-up are over by then; what a library does once a second is not its start. */
const SETTLE_MS = 700;

/**
 * What starting costs a page: `init()` alone, and the CPU time of the page's thread from the navigation until a
 * while after, less that of the same page without a library. Fresh visitors, each library's own defaults, their
 * servers answering at once. Libraries take turns, so that a noisy minute is everybody's.
 */
export async function measureInit({ browser, server, slots, sdks, rounds, slowdowns }) {
  const samples = new Map(sdks.map(({ id }) => [id, new Map(slowdowns.map((by) => [by, []]))]));
  for (let round = 0; round < rounds; round++) {
    for (const slowdown of slowdowns) {
      for (const { id } of sdks) {
        const slot = slots.open(`init-${id}-${slowdown}-${round}`);
        const url = server.pageUrl({ sdk: id, slot, isAutomatic: true, isIsolated: true });
        samples
          .get(id)
          .get(slowdown)
          .push(await once({ browser, server, url, slowdown }));
      }
    }
  }
  return new Map([...samples].map(([id, bySlowdown]) => [id, summarise(bySlowdown)]));
}

async function once({ browser, server, url, slowdown }) {
  const person = await browser.newPerson();
  try {
    const page = await person.newPage();
    const devtools = await person.newCDPSession(page);
    // The process that will hold the page, warm.
    await page.goto(server.isolatedEmptyUrl);
    await devtools.send('Performance.enable');
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
    const before = await threadSeconds(devtools);
    await page.goto(url);
    await page.waitForFunction(() => globalThis.bench);
    await page.waitForTimeout(SETTLE_MS);
    const after = await threadSeconds(devtools);
    const initMs = await page.evaluate(() => globalThis.bench.initMs);
    return { initMs, threadMs: (after - before) * 1_000 };
  } finally {
    await person.close();
  }
}

function summarise(bySlowdown) {
  return new Map(
    [...bySlowdown].map(([slowdown, taken]) => [
      slowdown,
      {
        initMs: median(taken.map(({ initMs }) => initMs)),
        threadMs: median(taken.map(({ threadMs }) => threadMs)),
      },
    ]),
  );
}
