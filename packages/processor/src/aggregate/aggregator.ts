import QuickLRU from 'quick-lru';
import { CONTROL_PREFIX, type AcceptedEvent, type AggregatedMinute } from '@px-platform/protocol';
import type { EventLog, EventStore } from '@px-platform/store';
import { readMinutes } from './read-minutes.js';
import { storedLately } from './stored-lately.js';
import {
  createTouchedMinutes,
  MINUTE_MS,
  type TouchedMinute,
  type TouchedMinutes,
} from './touched-minutes.js';

/** Keeps `events_aggregated` true to what is stored. */
export interface Aggregator {
  /** Notes which minutes stored events belong to. Costs next to nothing, and may be told of an event twice. */
  touch(events: readonly AcceptedEvent[]): void;
  /**
   * Reads the minutes that are touched, each once, and publishes those of their cells that have changed: the `fresh` ones of
   * the last minutes, or the `late` ones. Rejects when that cannot be done now: the minutes stay touched.
   */
  publish(which: Freshness): Promise<void>;
  /** Touches the minutes of what was stored lately, by whoever: one that was killed may not have published them. */
  sweep(): Promise<void>;
}

/**
 * Late events are few, and touch minutes all over the last days, each of which costs as much to read as one that is under
 * way. So they wait for one another, and nobody who watches waits for them.
 */
export type Freshness = 'fresh' | 'late';

export interface AggregatorDeps {
  readonly eventStore: Pick<EventStore, 'query'>;
  readonly eventLog: Pick<EventLog, 'append'>;
  /** Plain names of events that are conversions. */
  readonly conversions: readonly string[];
  /** Told of events whose minutes are not read again: too late, or one too many. */
  readonly onSkipped: (events: number) => void;
  readonly clock: () => number;
  /** Events later than this are in no aggregate, milliseconds: the store keeps their minutes no longer. @default 7 days */
  readonly latestMs?: number;
  /** Minutes of projects that may wait. @default 100000 */
  readonly capacity?: number;
}

/** A minute that began longer ago is late. */
const FRESH_MS = 3 * MINUTE_MS;
/** Cells that one reading should answer with: it takes fewer minutes or more at once, until it does. */
const CELLS_AT_ONCE = 20_000;
const MINUTES_AT_ONCE = { first: 20, most: 500 };
/** Cells in one append. */
const APPEND_AT_ONCE = 2_000;
/** Cells of which it is remembered what was published. */
const CELLS_KNOWN = 200_000;

interface Lane {
  readonly touched: TouchedMinutes;
  /** Minutes to be read at once. */
  atOnce: number;
}

interface Published {
  readonly totals: string;
  /** Two readings, one after the other, have found it: see `isDue`. */
  readonly isConfirmed: boolean;
}

export function createAggregator({
  eventStore,
  eventLog,
  conversions,
  onSkipped,
  clock,
  latestMs = 7 * 86_400_000,
  capacity = 100_000,
}: AggregatorDeps): Aggregator {
  const lane = (): Lane => ({
    touched: createTouchedMinutes(capacity),
    atOnce: MINUTES_AT_ONCE.first,
  });
  const lanes: Readonly<Record<Freshness, Lane>> = { fresh: lane(), late: lane() };
  /** By cell, what was published last. */
  const published = new QuickLRU<string, Published>({ maxSize: CELLS_KNOWN });
  /** One reading at a time: `isDue` counts on it. */
  let reading: Promise<void> = Promise.resolve();
  let isFirstSweep = true;

  const add = (minute: TouchedMinute): boolean =>
    lanes[minute.minute < clock() - FRESH_MS ? 'late' : 'fresh'].touched.add(minute);

  /**
   * A reading may see what was stored after it had begun, and its total then has a revision that is too low for it: another
   * processor's, read before it, may stand above it. So a total is published once more by the reading that follows, with
   * a revision that is high enough, and only then held to be known (docs/adr/0019).
   */
  const isDue = (cell: AggregatedMinute): boolean => {
    const before = published.get(keyOf(cell));
    return !before?.isConfirmed || before.totals !== totalsOf(cell);
  };

  async function publishCells(cells: readonly AggregatedMinute[]): Promise<void> {
    for (let first = 0; first < cells.length; first += APPEND_AT_ONCE) {
      const some = cells.slice(first, first + APPEND_AT_ONCE);
      await eventLog.append(
        'events_aggregated',
        some.map((value) => ({ key: keyOf(value), value })),
      );
      for (const cell of some) {
        const totals = totalsOf(cell);
        const isConfirmed = published.get(keyOf(cell))?.totals === totals;
        published.set(keyOf(cell), { totals, isConfirmed });
      }
    }
  }

  async function publishSome(lane: Lane, most: number): Promise<void> {
    const minutes = lane.touched.take(most);
    try {
      const cells = await readMinutes(eventStore, minutes, conversions);
      await publishCells(cells.filter(isDue));
      const fits = cells.length < CELLS_AT_ONCE;
      lane.atOnce = fits
        ? Math.min(MINUTES_AT_ONCE.most, lane.atOnce * 2)
        : Math.ceil(lane.atOnce / 2);
    } catch (error) {
      for (const minute of minutes) lane.touched.add(minute);
      throw error;
    }
  }

  return {
    touch(events) {
      const oldest = clock() - latestMs;
      let skipped = 0;
      for (const { tenant_id, project_id, timestamp, event } of events) {
        if (event.event.startsWith(CONTROL_PREFIX)) continue;
        const minute = timestamp - (timestamp % MINUTE_MS);
        if (minute < oldest || !add({ tenant_id, project_id, minute })) skipped += 1;
      }
      if (skipped > 0) onSkipped(skipped);
    },
    async publish(which) {
      const lane = lanes[which];
      // What is touched meanwhile waits for the next time: a busy minute would be read without an end.
      for (let left = lane.touched.size(); left > 0;) {
        const most = Math.min(lane.atOnce, left);
        left -= most;
        const next = reading.then(() => publishSome(lane, most));
        reading = next.catch(() => {});
        await next;
      }
    },
    async sweep() {
      const oldest = clock() - latestMs;
      for (const minute of await storedLately(eventStore, { sinceLast: isFirstSweep }))
        if (minute.minute >= oldest) add(minute);
      isFirstSweep = false;
    },
  };
}

function keyOf({ tenant_id, project_id, minute, event, page }: AggregatedMinute): string {
  return `${tenant_id}:${project_id}:${minute}:${JSON.stringify([event, page])}`;
}

/** All that may change about a cell. */
function totalsOf(cell: AggregatedMinute): string {
  const { count, people, sessions, errors, frustrations, conversions } = cell;
  return [count, people, sessions, errors, frustrations, conversions].join();
}
