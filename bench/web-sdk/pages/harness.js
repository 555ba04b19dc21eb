/**
 * What every measured page does, whichever library it holds. Its address says how:
 * `?base=` where its collector is, `&automatic=1` with the library's own captures, `&batching=1`.
 */
export function start({ init, track }) {
  const query = new URLSearchParams(location.search);
  const options = {
    base: query.get('base'),
    automatic: query.has('automatic'),
    batching: query.has('batching'),
  };
  const longTasks = [];
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) longTasks.push([startTime, duration]);
  });
  observer.observe({ type: 'longtask', buffered: true });

  const before = performance.now();
  init(options);
  const initMs = performance.now() - before;

  const trackSome = (first, count) => {
    for (let index = first; index < first + count; index++) track('step_done', properties(index));
  };

  globalThis.bench = {
    initMs,
    longTasks,
    track: inTask(trackSome),
    /** In one task, the last one of the page: it is closed meanwhile, */
    trackAndSpin: inTask((first, count, ms) => {
      trackSome(first, count);
      console.log('tracked');
      const end = performance.now() + ms;
      while (performance.now() < end);
    }),
    /** or closes itself: Chromium lets a page with a process of its own hear nothing of that, */
    trackAndVanish: inTask((first, count) => {
      trackSome(first, count);
      close();
    }),
    /** or leaves. */
    trackAndLeave: inTask((first, count, url) => {
      trackSome(first, count);
      location.href = url;
    }),
    /** `count` calls in one task, unless it takes longer than `mostMs`; timed in groups of `group`. */
    burst: inTask(({ count, group, mostMs }) => {
      const given = Array.from({ length: count }, (_, index) => properties(index));
      const groupMs = [];
      const startedAt = performance.now();
      let made = 0;
      let now = startedAt;
      while (made < count && now - startedAt < mostMs) {
        for (const end = made + group; made < end; made++) track('step_done', given[made]);
        const then = now;
        now = performance.now();
        groupMs.push(now - then);
      }
      // Said before the task ends: what the library's promises bring into it may take minutes.
      globalThis.benchTimed({ startedAt, endedAt: now, made, groupMs });
    }),
  };
}

/** In a task of the page's own: what the debugger calls is none, and its length is not reported. */
const inTask =
  (work) =>
  (...given) =>
    new Promise((resolve) => {
      setTimeout(() => resolve(work(...given)));
    });

/** A typical event's. The id is what the collector counts. */
function properties(index) {
  return {
    bench_id: `bench_${String(index).padStart(6, '0')}`,
    plan: 'pro',
    step: index % 7,
    amount: 49.9,
    currency: 'EUR',
    source: 'pricing page, second visit',
    is_trial: false,
  };
}
