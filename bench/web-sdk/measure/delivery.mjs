import { deadline, until, wait, within } from '../waiting.mjs';

const SETTLE_MS = 1_000;
/** A page is settled when an event of it has come through; a library that waits for more keeps that one. */
const MOST_SETTLE_MS = 7_000;
const FIRST_ID = 900_000;
const LAST_ID = 999_999;
/** In which a library may still send again what it was told is stored. */
const AFTERMATH_MS = 5_000;
const MOST_ANSWER_MS = 5_000;
const MOST_MS = 120_000;

/**
 * The ways a visit goes wrong. Each gets a page that is open and settled, tracks its events in one task, and
 * returns the page that is left, if one is. With `arrivesBefore` it matters what had come before the next visit.
 */
export const CASES = [
  {
    id: 'normal',
    name: 'the tab stays open',
    async run({ track, isComplete }) {
      await track('track');
      await until(isComplete, 12_000);
      await wait(2_000);
    },
  },
  {
    id: 'close',
    name: 'the tab is closed in the task of the calls',
    revisits: true,
    arrivesBefore: true,
    async run({ page, track }) {
      // The task goes on until the browser has heard of it: the end is the next thing that the page sees.
      const tracking = track('trackAndSpin', 100);
      await page.waitForEvent('console');
      await Promise.all([page.close(), tracking]);
      await wait(3_000);
    },
  },
  {
    id: 'leave',
    name: 'the page is left in the task of the calls',
    revisits: true,
    arrivesBefore: true,
    async run({ page, server, track }) {
      await track('trackAndLeave', server.emptyUrl);
      await wait(3_000);
      return page;
    },
  },
  {
    id: 'vanish',
    name: 'the tab is gone without a pagehide',
    revisits: true,
    arrivesBefore: true,
    async run({ track }) {
      await track('trackAndVanish');
      await wait(3_000);
    },
  },
  {
    id: 'offline',
    name: 'offline, then closed, then online',
    revisits: true,
    async run({ page, person, track }) {
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
    async run({ slot, track, isComplete }) {
      slot.state = 'busy';
      await track('track');
      await wait(20_000);
      slot.state = 'up';
      await until(isComplete, 20_000);
      await wait(AFTERMATH_MS);
    },
  },
  {
    id: 'down',
    name: 'the collector is down, the tab is closed, it comes back',
    revisits: true,
    async run({ page, slot, track }) {
      slot.state = 'down';
      await track('track');
      await wait(5_000);
      await page.close();
      slot.state = 'up';
    },
  },
];

/**
 * Which events arrive: unique ids in requests that were answered yes, as the case ends and, where it `revisits`,
 * once the person has come back, tracked one more event and stayed for `stayMs`. Copies beyond the first are what
 * a server has to throw away again. What could not be measured is put into `problems`. All libraries and cases at once: nothing is timed here.
 */
export async function measureDelivery({ cases, variants, problems, ...tools }) {
  const results = new Map(cases.map(({ id }) => [id, new Map()]));
  const runs = cases.flatMap((each) =>
    variants.map(async (variant) => {
      try {
        const result = await deadline(deliver(each, variant, tools), MOST_MS);
        results.get(each.id).set(variant.id, result);
      } catch (cause) {
        problems.push(`${each.id}, ${variant.name}: ${cause.message.split('\n')[0]}`);
      }
    }),
  );
  await Promise.all(runs);
  return results;
}

async function deliver(each, { id, sdk, batching }, { browser, server, slots, events, stayMs }) {
  const slot = slots.open(`${each.id}-${id}`);
  const person = await browser.newPerson();
  const visit = async () => {
    const page = await openAsPopup(person, server, server.pageUrl({ sdk, batching, slot }));
    await page.waitForFunction(() => globalThis.bench);
    await page.waitForTimeout(SETTLE_MS);
    return page;
  };
  const trackOne = (page, eventId) =>
    page.evaluate((first) => globalThis.bench.track(first, 1), eventId);
  try {
    const page = await visit();
    await trackOne(page, FIRST_ID);
    await until(() => slot.unique() > 0, MOST_SETTLE_MS);
    const call = ([verb, count, given]) => globalThis.bench[verb](0, count, given);
    // The page that goes away in the call cannot answer it.
    const track = (verb, given) =>
      within(page.evaluate(call, [verb, events, given]), MOST_ANSWER_MS);
    const isComplete = () => slot.unique(events) === events;
    const left = await each.run({ page, person, server, slot, track, isComplete });
    const atOnce = slot.unique(events);
    if (each.revisits) {
      await left?.close();
      const again = await visit();
      await trackOne(again, LAST_ID);
      await until(isComplete, stayMs - AFTERMATH_MS);
      await wait(AFTERMATH_MS);
    }
    return { atOnce, received: slot.unique(events), duplicates: slot.duplicates(events) };
  } finally {
    await within(person.close(), MOST_ANSWER_MS);
  }
}

/** Only a page that a page opened may close itself. Without an opener it has a process of its own. */
async function openAsPopup(person, server, url) {
  const opener = person.pages()[0] ?? (await person.newPage());
  if (opener.url() === 'about:blank') await opener.goto(server.emptyUrl);
  const opened = person.waitForEvent('page');
  await opener.evaluate((address) => void window.open(address, '_blank', 'noopener'), url);
  return opened;
}
