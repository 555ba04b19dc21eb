import { until } from '../waiting.mjs';

const PER_TURN = 4;
const TURN_MS = 200;

/**
 * What an event costs on the wire: `events` typical ones at twenty a second, under each library's batching. Counted
 * by the collector, in HTTP/1.1: request lines, headers and bodies of all requests with events in them, and of the
 * preflights before those. Returns when all have arrived or `waitMs` is over.
 */
export async function measureWire({ browser, server, slots, variants, events, waitMs }) {
  const measured = variants.map(async ({ id, sdk, batching }) => {
    const slot = slots.open(`wire-${id}`);
    const person = await browser.newPerson();
    try {
      const page = await person.newPage();
      await page.goto(server.pageUrl({ sdk, batching, slot }));
      await page.waitForFunction(() => globalThis.bench);
      await page.waitForTimeout(1_000);
      for (let first = 0; first < events; first += PER_TURN) {
        await page.evaluate(
          ([from, count]) => globalThis.bench.track(from, count),
          [first, PER_TURN],
        );
        await page.waitForTimeout(TURN_MS);
      }
      await until(() => slot.unique() === events, waitMs);
      const { requests, preflights, bytes } = slot;
      const received = slot.unique();
      return [
        id,
        {
          received,
          requests,
          preflights,
          bytesPerEvent: received > 0 ? bytes / received : undefined,
        },
      ];
    } finally {
      await person.close();
    }
  });
  return new Map(await Promise.all(measured));
}
