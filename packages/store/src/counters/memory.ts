import type { PublishOptions, StreamEntry, Streams } from './port.js';

export { createMemoryCounters } from './memory-counters.js';
export type { MemoryCountersOptions } from './memory-counters.js';
export { createMemoryLimiter } from './memory-limiter.js';

export interface MemoryStreamsOptions {
  /** Entries remembered for each stream. @default 500 */
  readonly remember?: number;
  /** The clock that ids start from, epoch milliseconds. @default Date.now */
  readonly now?: () => number;
}

/** Ids of a stream that are remembered for `once`: beyond it the one told of longest ago goes. */
const MOST_TOLD = 10_000;

type Listener = (entry: StreamEntry<unknown>) => void;

interface Stream {
  readonly entries: StreamEntry<unknown>[];
  readonly listeners: Set<Listener>;
  readonly undelivered: StreamEntry<unknown>[];
  /** Until when entries of an id are held back. */
  readonly told: Map<string, number>;
}

/** Streams of a single process, kept in memory: listeners are called before `publish` resolves. */
export function createMemoryStreams({
  remember = 500,
  now = Date.now,
}: MemoryStreamsOptions = {}): Streams {
  const streams = new Map<string, Stream>();
  // Ids go on rising after a restart, so that a reader who resumes from the id it last saw in the
  // previous process is not left waiting for this one to catch up. 2^53 / 1000 ms lasts until 2255.
  let lastId = now() * 1_000;
  let isClosed = false;

  function streamOf(name: string): Stream {
    let stream = streams.get(name);
    if (stream === undefined) {
      stream = { entries: [], listeners: new Set(), undelivered: [], told: new Map() };
      streams.set(name, stream);
    }
    return stream;
  }

  function isHeldBack({ told }: Stream, { id, withinMs }: NonNullable<PublishOptions['once']>) {
    if ((told.get(id) ?? 0) > now()) return true;
    told.delete(id);
    told.set(id, now() + withinMs);
    if (told.size > MOST_TOLD) told.delete(told.keys().next().value as string);
    return false;
  }

  return {
    async publish(name, value, { remember: most = remember, once } = {}) {
      if (isClosed) return 'lost';
      const stream = streamOf(name);
      if (once && isHeldBack(stream, once)) return 'held_back';
      const entry = { id: ++lastId, value };
      stream.entries.push(entry);
      if (stream.entries.length > most) stream.entries.shift();
      stream.undelivered.push(entry);
      // A listener that publishes would otherwise show its entry to the others before this one.
      if (stream.undelivered.length === 1) deliver(stream);
      return 'published';
    },
    async subscribe<T>(
      name: string,
      { after }: { readonly after?: number | undefined },
      onEntry: (entry: StreamEntry<T>) => void,
    ) {
      const stream = streamOf(name);
      const listener = guarded(onEntry as Listener);
      const missed = stream.entries.filter(
        (entry) => entry.id > (after ?? 0) && !stream.undelivered.includes(entry),
      );
      for (const entry of missed) listener(entry);
      if (!isClosed) stream.listeners.add(listener);
      return () => {
        stream.listeners.delete(listener);
      };
    },
    entries: async <T>(name: string) => [...streamOf(name).entries] as StreamEntry<T>[],
    async drop(name, ids) {
      const stream = streamOf(name);
      if (ids) {
        const kept = stream.entries.filter(({ id }) => !ids.includes(id));
        stream.entries.splice(0, stream.entries.length, ...kept);
        return;
      }
      stream.entries.splice(0);
      stream.told.clear();
    },
    async close() {
      isClosed = true;
      streams.clear();
    },
  };
}

function deliver(stream: Stream): void {
  for (let entry = stream.undelivered[0]; entry !== undefined; entry = stream.undelivered[0]) {
    // A live walk of the set: it passes by who left and comes to who joined during this entry.
    for (const listener of stream.listeners) listener(entry);
    stream.undelivered.shift();
  }
}

/** Entries are courtesies: a listener that throws must not fail the publisher. */
function guarded(onEntry: Listener): Listener {
  return (entry) => {
    try {
      onEntry(entry);
    } catch {
      // The listener's own fault; it is told of the next entry all the same.
    }
  };
}
