import { CASES } from './measure/delivery.mjs';
import { VARIANTS } from './sdks.mjs';

/** Below this, two times on a shared machine are the same. */
const NOISE = 0.05;

const round = (digits) => (value) => value.toFixed(digits);
const whole = round(0);
const kilobytes = (value) => `${(value / 1_000).toFixed(1)} kB`;

/**
 * The rows of all tables. `of(variant)` is a number, or undefined where there is none; `show` writes it; fewer is
 * better unless `isMoreBetter`; `note(variant)` follows it.
 */
export function rowsOf({ bytes, init, first, burst, wire, delivery, events }) {
  const perSdk = (map, read) => (variant) => {
    const value = variant.id === variant.sdk ? map.get(variant.sdk) : undefined;
    return value && read(value);
  };
  const perVariant = (map, read) => (variant) => {
    const value = map.get(variant.id);
    return value && read(value);
  };
  const initRows = [...(init.get('px')?.keys() ?? [])].map((slowdown) => ({
    title: `\`init()\`, ms, ${slowdown === 1 ? 'this CPU' : `CPU ${slowdown}x slower`}`,
    show: round(2),
    of: perSdk(init, (by) => by.get(slowdown).initMs),
  }));
  // A slowed CPU is slowed by the clock on the wall: its own time says nothing.
  const startRow = {
    title: "CPU time of the page's thread until it is started, ms",
    show: round(1),
    of: perSdk(init, (by) => by.get(1).threadMs - init.get('blank').get(1).threadMs),
  };
  const deliveryRows = CASES.filter(({ id }) => delivery.has(id)).flatMap((each) => {
    const results = delivery.get(each.id);
    const arrived = {
      title: `${each.name}${each.revisits ? '; after the next visit' : ''}`,
      show: whole,
      isMoreBetter: true,
      tie: perVariant(results, ({ duplicates }) => duplicates),
      note: perVariant(results, ({ duplicates }) =>
        duplicates > 0 ? `+${duplicates} copies` : '',
      ),
      of: perVariant(results, ({ received }) => received),
    };
    if (!each.arrivesBefore) return [arrived];
    const before = {
      title: `${each.name}; before the next visit`,
      show: whole,
      isMoreBetter: true,
      of: perVariant(results, ({ atOnce }) => atOnce),
    };
    return [before, arrived];
  });

  return [
    {
      title: 'What a page downloads: `import`, `init`, one `track`',
      rows: [
        { title: 'minified', show: kilobytes, of: perSdk(bytes, (each) => each.minBytes) },
        { title: 'minified + gzip', show: kilobytes, of: perSdk(bytes, (each) => each.gzipBytes) },
        {
          title: 'bundled, loaded on demand, gzip',
          show: kilobytes,
          isNotRanked: true,
          of: perSdk(bytes, (each) => each.lazyGzipBytes),
        },
      ],
    },
    { title: 'Starting, with the defaults of each', rows: [...initRows, startRow] },
    {
      title: 'Starting, until the first event is received',
      rows: [
        {
          title: "CPU time of the page's thread, ms",
          show: round(1),
          of: perSdk(first, (each) => each.threadMs - first.get('blank').threadMs),
        },
      ],
    },
    {
      title: 'Tracking',
      rows: [
        {
          title: `CPU time of the page's thread an event, µs, until it is received (${events.few} in one task)`,
          show: whole,
          of: perVariant(burst, (b) => b.workMicros),
        },
        {
          title: 'calls in one task: µs a call, median',
          show: round(1),
          of: perVariant(burst, (b) => b.microsMedian),
        },
        {
          title: '— p95 of groups of 50',
          show: round(1),
          of: perVariant(burst, (b) => b.microsP95),
        },
        { title: '— mean', show: round(1), of: perVariant(burst, (b) => b.microsMean) },
        {
          title: '— the task of the calls, ms',
          show: whole,
          of: perVariant(burst, (b) => b.taskMs ?? b.hungMs),
          note: perVariant(burst, (b) =>
            [b.hungMs && 'and not over: the page hangs', b.made < b.wanted && `for ${b.made} calls`]
              .filter(Boolean)
              .join(', '),
          ),
        },
        { title: '— long tasks after it', show: whole, of: perVariant(burst, (b) => b.laterCount) },
        {
          title: '— the longest of them, ms',
          show: whole,
          of: perVariant(burst, (b) => b.laterLongestMs),
        },
        {
          title: '— ms over 50 ms a task, all together',
          show: whole,
          of: perVariant(burst, (b) => b.blockedMs),
        },
        {
          title: '— received soon after',
          show: whole,
          isNotRanked: true,
          of: perVariant(burst, (b) => b.received),
        },
      ],
    },
    {
      title: `The wire, ${events.wire} events at twenty a second`,
      rows: [
        {
          title: 'bytes an event, sent',
          show: whole,
          of: perVariant(wire, (w) => w.bytesPerEvent),
          note: perVariant(wire, (w) =>
            w.received < events.wire ? `${w.received} of them came` : '',
          ),
        },
        { title: 'requests with events', show: whole, of: perVariant(wire, (w) => w.requests) },
        { title: 'preflights before them', show: whole, of: perVariant(wire, (w) => w.preflights) },
      ],
    },
    {
      title: `Arrived, of ${events.delivery} events tracked in one task`,
      hasNoRatio: true,
      rows: deliveryRows,
    },
  ].filter(({ rows }) => rows.some((row) => VARIANTS.some((variant) => row.of(variant) != null)));
}

/** The tables in markdown: each cell with its ratio to PX of the same run. */
export function toMarkdown(sections) {
  return sections
    .map(({ title, rows, hasNoRatio }) => {
      const head = ['', ...VARIANTS.map(({ name }) => name)];
      const rule = ['---', ...VARIANTS.map(() => '---:')];
      const body = rows.map((row) => [
        row.title,
        ...VARIANTS.map((variant) => cellOf(row, variant, hasNoRatio)),
      ]);
      const lines = [head, rule, ...body].map((cells) => `| ${cells.join(' | ')} |`);
      return `### ${title}\n\n${lines.join('\n')}`;
    })
    .join('\n\n');
}

function cellOf(row, variant, hasNoRatio) {
  const value = row.of(variant);
  if (value == null) return '';
  const [px] = VARIANTS;
  const base = row.of(px);
  const hasRatio = !hasNoRatio && !row.isNotRanked && variant !== px && base > 0 && value > 0;
  const notes = [hasRatio && `${ratio(value / base)}×`, row.note?.(variant)].filter(Boolean);
  return [row.show(value), ...notes.map((note) => `(${note})`)].join(' ');
}

const ratio = (value) => (value >= 10 ? whole(value) : value.toFixed(value < 1 ? 2 : 1));

/** Where somebody does better than PX, as sentences; times within the noise are no difference. */
export function whereBehind(sections) {
  const [px, ...rivals] = VARIANTS;
  return sections.flatMap(({ title: section, rows }) =>
    rows
      .filter(({ isNotRanked }) => !isNotRanked)
      .flatMap((row) => {
        const ours = row.of(px);
        const ahead = rivals.filter((variant) => isAhead(row, variant, px));
        if (ours == null || ahead.length === 0) return [];
        const theirs = ahead.map((variant) => `${variant.name} ${row.show(row.of(variant))}`);
        return [`${section}: ${row.title}: PX ${row.show(ours)}; ${theirs.join(', ')}`];
      }),
  );
}

function isAhead(row, variant, px) {
  const [theirs, ours] = [row.of(variant), row.of(px)];
  if (theirs == null || ours == null) return false;
  if (row.isMoreBetter) {
    return theirs > ours || (theirs === ours && row.tie?.(variant) < row.tie?.(px));
  }
  return theirs < ours * (1 - NOISE);
}
