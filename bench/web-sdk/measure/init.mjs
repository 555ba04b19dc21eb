import { median } from '../numbers.mjs';
import { until } from '../waiting.mjs';
import { threadSeconds } from './thread-seconds.mjs';

/** Timers of start-up are over by then; what a library does once a second is not its start. */
const SETTLE_MS = 700;
/** The slowest of them flushes every five seconds. */
const MOST_FIRST_MS = 6_500;
const AFTERMATH_MS = 300;

/**
 * What starting costs a page: `init()` alone, and the CPU time of the page's thread from the navigation until a
 * while after, less that of the same page without a library. Fresh visitors, each library's own defaults, their
 * servers answering at once. Libraries take turns, so that a noisy minute is everybody's.
 */
export async function measureInit({ browser, server, slots, sdks, rounds }) {
  const samples = await inTurns({ sdks, rounds }, ({ id, slowdown, round }) => {
    const slot = slots.open(`init-${id}-${slowdown}-${round}`);
    const url = server.pageUrl({ sdk: id, slot, isAutomatic: true, isIsolated: true });
    return open({ browser, server, url, slowdown }, (page) => page.waitForTimeout(SETTLE_MS));
  });
  return new Map(
    [...samples].map(([id, bySlowdown]) => [
      id,
      new Map([...bySlowdown].map(([slowdown, taken]) => [slowdown, summarise(taken)])),
    ]),
  );
}

/**
 * The same until the first event, tracked as soon as it is started, has been received: everything that a library
 * puts off at its start has been done then. Without its own captures: nothing but that event.
 */
export async function measureFirstEvent({ browser, server, slots, sdks, rounds }) {
  const samples = await inTurns({ sdks, rounds }, async ({ id, slowdown, round }) => {
    const slot = slots.open(`first-${id}-${slowdown}-${round}`);
    const url = server.pageUrl({ sdk: id, slot, isIsolated: true });
    return open({ browser, server, url, slowdown }, async (page) => {
      if (id === 'blank') return page.waitForTimeout(AFTERMATH_MS);
      await page.evaluate(() => globalThis.bench.track(0, 1));
      await until(() => slot.unique() > 0, MOST_FIRST_MS);
      return page.waitForTimeout(AFTERMATH_MS);
    });
  });
  return new Map([...samples].map(([id, bySlowdown]) => [id, summarise(bySlowdown.get(1))]));
}

/** `rounds` says how often at which slowdown of the CPU. */
async function inTurns({ sdks, rounds }, take) {
  const samples = new Map(
    sdks.map(({ id }) => [id, new Map([...rounds.keys()].map((slowdown) => [slowdown, []]))]),
  );
  for (const [slowdown, times] of rounds) {
    for (let round = 0; round < times; round++) {
      for (const { id } of sdks) {
        samples
          .get(id)
          .get(slowdown)
          .push(await take({ id, slowdown, round }));
      }
    }
  }
  return samples;
}

async function open({ browser, server, url, slowdown }, stay) {
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
    await stay(page);
    const after = await threadSeconds(devtools);
    const initMs = await page.evaluate(() => globalThis.bench.initMs);
    return { initMs, threadMs: (after - before) * 1_000 };
  } finally {
    await person.close();
  }
}

const summarise = (taken) => ({
  initMs: median(taken.map(({ initMs }) => initMs)),
  threadMs: median(taken.map(({ threadMs }) => threadMs)),
});
