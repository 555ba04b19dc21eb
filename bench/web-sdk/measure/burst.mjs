import { median, quantile, sum } from '../numbers.mjs';
import { until, within } from '../waiting.mjs';
import { threadSeconds } from './thread-seconds.mjs';

const GROUP = 50;
/** A library that is not through by then will not be: its queue is written out whole at every call. */
const MOST_MS = 4_000;
/** A page that answers nothing for so long is hung. */
const MOST_HANG_MS = 4_000;
/** The few have ids of their own, beyond those of the burst. */
const FIRST = 900_000;
const LONG_TASK_MS = 50;

/**
 * What tracking costs a page. First `few` calls in one task, until all have been received, for `mostFewMs` at most: the CPU time of the
 * page's thread for one event, deferred or not. Then `calls` calls in one task, timed in groups of fifty, and
 * `watchMs` in which the library stores and sends. A long task is what the browser reports as one, over 50 ms; the
 * task of the calls counts itself, with everything that its promises bring into it.
 */
export async function measureBurst({ browser, server, slots, variants, ...sizes }) {
  const results = new Map();
  for (const { id, sdk, batching } of variants) {
    const slot = slots.open(`burst-${id}`);
    const url = server.pageUrl({ sdk, batching, slot, isIsolated: true });
    results.set(id, await burst({ browser, url, slot, ...sizes }));
  }
  return results;
}

async function burst({ browser, url, slot, calls, few, mostFewMs, watchMs }) {
  const person = await browser.newPerson();
  try {
    const page = await person.newPage();
    const timed = new Promise((resolve) => {
      void page.exposeFunction('benchTimed', resolve);
    });
    await page.goto(url);
    await page.waitForFunction(() => globalThis.bench);
    await page.waitForTimeout(1_000);
    const workMicros = await wholeWork({ person, page, slot, few, mostFewMs });
    const options = { count: calls, group: GROUP, mostMs: MOST_MS };
    const over = page.evaluate((each) => globalThis.bench.burst(each), options);
    const { startedAt, endedAt, made, groupMs } = await timed;
    const isOver = await within(
      over.then(() => true),
      MOST_HANG_MS,
    );
    const calling = {
      workMicros,
      made,
      wanted: calls,
      microsMedian: (1_000 * median(groupMs)) / GROUP,
      microsP95: (1_000 * quantile(groupMs, 0.95)) / GROUP,
      microsMean: (1_000 * (endedAt - startedAt)) / made,
    };
    const tasks = isOver && (await tasksAfter(page, watchMs));
    if (!tasks)
      return {
        ...calling,
        hungMs: endedAt - startedAt + MOST_HANG_MS,
        received: slot.unique(FIRST),
      };

    const since = tasks.filter(([start, ms]) => start + ms > startedAt);
    const inside = since.filter(([start]) => start < endedAt).map(([, ms]) => ms);
    const later = since.filter(([start]) => start >= endedAt).map(([, ms]) => ms);
    return {
      ...calling,
      taskMs: Math.max(endedAt - startedAt, ...inside),
      laterCount: later.length,
      laterLongestMs: Math.max(0, ...later),
      blockedMs: sum(since.map(([, ms]) => ms - LONG_TASK_MS)),
      received: slot.unique(FIRST),
    };
  } finally {
    await person.close();
  }
}

/** Microseconds of the page's thread for an event, from the call to the answer; undefined if not all were received. */
async function wholeWork({ person, page, slot, few, mostFewMs }) {
  const devtools = await person.newCDPSession(page);
  await devtools.send('Performance.enable');
  const before = await threadSeconds(devtools);
  await page.evaluate(([first, count]) => globalThis.bench.track(first, count), [FIRST, few]);
  await until(() => slot.unique() === few, mostFewMs);
  // What it does with the answer.
  await page.waitForTimeout(300);
  const seconds = (await threadSeconds(devtools)) - before;
  await devtools.detach();
  return slot.unique() < few ? undefined : (1e6 * seconds) / few;
}

/** The page's long tasks, `watchMs` later; undefined if it is still at it. */
async function tasksAfter(page, watchMs) {
  await page.waitForTimeout(watchMs);
  return within(
    page.evaluate(() => globalThis.bench.longTasks),
    MOST_HANG_MS,
  );
}
