import type { StreamEntry, Streams } from './port.js';

export { createMemoryLimiter } from './memory-limiter.js';

export interface MemoryStreamsOptions {
  /** Entries remembered for each stream. @default 500 */
  readonly remember?: number;
  /** The clock that ids start from, epoch milliseconds. @default Date.now */
  readonly now?: () => number;
}

type Listener = (entry: StreamEntry<unknown>) => void;

interface Stream {
  readonly entries: StreamEntry<unknown>[];
  readonly listeners: Set<Listener>;
  readonly undelivered: StreamEntry<unknown>[];
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
      stream = { entries: [], listeners: new Set(), undelivered: [] };
      streams.set(name, stream);
    }
    return stream;
  }

  return {
    async publish(name, value) {
      if (isClosed) return;
      const stream = streamOf(name);
      const entry = { id: ++lastId, value };
      stream.entries.push(entry);
      if (stream.entries.length > remember) stream.entries.shift();
      stream.undelivered.push(entry);
      // A listener that publishes would otherwise show its entry to the others before this one.
      if (stream.undelivered.length === 1) deliver(stream);
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
