import { median, quantile, sum } from '../numbers.mjs';
import { taskSeconds } from './task-seconds.mjs';

const CALLS = 10_000;
const GROUP = 50;
/** A library that is not through by then will not be: its queue is written out whole at every call. */
const MOST_MS = 8_000;
/** A page that answers nothing for so long is hung. */
const MOST_HANG_MS = 8_000;
/** Few enough that every library gets them to its collector; then its deferred work is done as well. */
const FEW = 200;
/** The few have ids of their own, beyond those of the burst. */
const FIRST = 900_000;
const MOST_FEW_MS = 8_000;
const LONG_TASK_MS = 50;

/**
 * What tracking costs a page. First two hundred calls in one task, until all have been received: the work of the
 * page's thread for one event, deferred or not. Then `calls` calls in one task, timed in groups of fifty, then `watchMs` in which the
 * library stores and sends. A long task is what the browser reports as one, over 50 ms; the task of the calls
 * counts itself, with everything that its promises bring into it.
 */
export async function measureBurst({ browser, server, slots, variants, calls = CALLS, watchMs }) {
  const results = new Map();
  for (const { id, sdk, batching } of variants) {
    const slot = slots.open(`burst-${id}`);
    const url = server.pageUrl({ sdk, batching, slot, isIsolated: true });
    results.set(id, await burst({ browser, url, slot, calls, watchMs }));
  }
  return results;
}

async function burst({ browser, url, slot, calls, watchMs }) {
  const person = await browser.newPerson();
  try {
    const page = await person.newPage();
    const timed = new Promise((resolve) => {
      void page.exposeFunction('benchTimed', resolve);
    });
    await page.goto(url);
    await page.waitForFunction(() => globalThis.bench);
    await page.waitForTimeout(1_000);
    const workMicros = await wholeWork({ person, page, slot });
    const options = { count: calls, group: GROUP, mostMs: MOST_MS };
    const over = page.evaluate((each) => globalThis.bench.burst(each), options);
    const [{ startedAt, endedAt, made, groupMs }, isOver] = await Promise.all([
      timed,
      isWithin(over, MOST_HANG_MS),
    ]);
    const calling = {
      workMicros,
      made,
      wanted: calls,
      microsMedian: (1_000 * median(groupMs)) / GROUP,
      microsP95: (1_000 * quantile(groupMs, 0.95)) / GROUP,
      microsMean: (1_000 * (endedAt - startedAt)) / made,
    };
    const tasks = isOver && (await tasksAfter(page, watchMs));
    if (!tasks) return { ...calling, hungMs: MOST_HANG_MS, received: slot.unique(FIRST) };

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

/** Microseconds of the page's thread for an event, from the call to the answer; null if not all were received. */
async function wholeWork({ person, page, slot }) {
  const devtools = await person.newCDPSession(page);
  await devtools.send('Performance.enable');
  const before = await taskSeconds(devtools);
  await page.evaluate(([first, count]) => globalThis.bench.track(first, count), [FIRST, FEW]);
  const deadline = Date.now() + MOST_FEW_MS;
  while (slot.unique() < FEW && Date.now() < deadline) await page.waitForTimeout(100);
  // What it does with the answer.
  await page.waitForTimeout(300);
  const seconds = (await taskSeconds(devtools)) - before;
  await devtools.detach();
  return slot.unique() < FEW ? undefined : (1e6 * seconds) / FEW;
}

/** The page's long tasks, `watchMs` later; null if it is still at it. */
async function tasksAfter(page, watchMs) {
  await page.waitForTimeout(watchMs);
  const tasks = page.evaluate(() => globalThis.bench.longTasks);
  return (await isWithin(tasks, MOST_HANG_MS)) ? tasks : null;
}

/** Whether it resolves in time. A page that is closed meanwhile rejects what was asked of it. */
async function isWithin(promise, ms) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  const isInTime = promise.then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([isInTime, late]);
  } finally {
    clearTimeout(timer);
  }
}
