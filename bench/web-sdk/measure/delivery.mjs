const SETTLE_MS = 1_000;
const LAST_ID = 999_999;

/**
 * The ways a visit goes wrong. Each gets a page that is open and settled, tracks its events in one task, and
 * returns the page that is left, if one is.
 */
export const CASES = [
  {
    id: 'normal',
    name: 'the tab stays open',
    revisits: false,
    async run({ page, track, wait }) {
      await track('track');
      await wait(12_000);
      return page;
    },
  },
  {
    id: 'close',
    name: 'the tab is closed in the same task',
    revisits: true,
    arrivesBefore: true,
    async run({ track, wait }) {
      await track('trackAndClose');
      await wait(3_000);
    },
  },
  {
    id: 'leave',
    name: 'the page is left in the same task',
    revisits: true,
    arrivesBefore: true,
    async run({ page, server, track, wait }) {
      await track('trackAndLeave', server.emptyUrl);
      await wait(3_000);
      return page;
    },
  },
  {
    id: 'offline',
    name: 'offline, then closed, then online',
    revisits: true,
    async run({ page, person, track, wait }) {
      await person.setOffline(true);
      await track('track');
      await wait(3_000);
      await page.close();
      await person.setOffline(false);
    },
  },
  {
    id: 'busy',
    name: '503 for 20 s, the tab stays open',
    revisits: false,
    async run({ page, slot, track, wait }) {
      slot.state = 'busy';
      await track('track');
      await wait(20_000);
      slot.state = 'up';
      await wait(25_000);
      return page;
    },
  },
  {
    id: 'down',
    name: 'the collector is down, the tab is closed, it comes back',
    revisits: true,
    async run({ page, slot, track, wait }) {
      slot.state = 'down';
      await track('track');
      await wait(5_000);
      await page.close();
      slot.state = 'up';
    },
  },
];

/**
 * Which events arrive: unique ids in requests that were answered yes, as the case ends and, after `revisits`, once
 * the person has come back, tracked one more event and stayed for `stayMs`. Copies beyond the first are what a
 * server has to throw away again.
 */
export async function measureDelivery({ browser, server, slots, variants, cases, events, stayMs }) {
  const measureOne = async (each, { id, sdk, batching }) => {
    const slot = slots.open(`${each.id}-${id}`);
    const person = await browser.newPerson();
    try {
      const visit = async () => {
        const page = await openAsPopup(person, server, server.pageUrl({ sdk, batching, slot }));
        await page.waitForFunction(() => globalThis.bench);
        await page.waitForTimeout(SETTLE_MS);
        return page;
      };
      const page = await visit();
      const track = (verb, url) =>
        page
          .evaluate(
            ([name, count, to]) => globalThis.bench[name](0, count, to),
            [verb, events, url],
          )
          // The page that closes or leaves in the call cannot answer it.
          .catch(() => {});
      const left = await each.run({ page, person, server, slot, track, wait });
      const atOnce = slot.unique(events);
      if (each.revisits) {
        await left?.close();
        const again = await visit();
        await again.evaluate((last) => globalThis.bench.track(last, 1), LAST_ID);
        await wait(stayMs);
      }
      return { atOnce, received: slot.unique(events), duplicates: slot.duplicates() };
    } finally {
      await person.close();
    }
  };

  const results = new Map(cases.map(({ id }) => [id, new Map()]));
  await Promise.all(
    cases.flatMap((each) =>
      variants.map(async (variant) => {
        results.get(each.id).set(variant.id, await measureOne(each, variant));
      }),
    ),
  );
  return results;
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Only a page that a page opened may close itself. Without an opener it has a process of its own. */
async function openAsPopup(person, server, url) {
  const opener = person.pages()[0] ?? (await person.newPage());
  if (opener.url() === 'about:blank') await opener.goto(server.emptyUrl);
  const opened = person.waitForEvent('page');
  await opener.evaluate((address) => void window.open(address, '_blank', 'noopener'), url);
  return opened;
}
