import { afterEach, describe, expect, it } from 'vitest';
import type { StreamEntry, Streams } from '../counters/port.js';

/** What all streams must do. `make` gives fresh ones that remember the last five entries. */
export function streamsContract(name: string, make: () => Promise<Streams>): void {
  describe(`${name} keep the promises of streams`, () => {
    const open: Streams[] = [];
    const fresh = async (): Promise<Streams> => {
      const streams = await make();
      open.push(streams);
      return streams;
    };
    afterEach(async () => {
      await Promise.all(open.splice(0).map((streams) => streams.close()));
    });

    it('gives a listener what is remembered, then what comes, in order and with rising ids', async () => {
      const streams = await fresh();
      const seen: StreamEntry<number>[] = [];
      for (const value of [1, 2]) await streams.publish('live', value);
      await streams.subscribe<number>('live', {}, (entry) => seen.push(entry));
      for (const value of [3, 4]) await streams.publish('live', value);
      await settled(() => expect(seen.map(({ value }) => value)).toEqual([1, 2, 3, 4]));
      const ids = seen.map(({ id }) => id);
      expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
      expect(ids.every(Number.isSafeInteger)).toBe(true);
    });

    it('remembers only the last entries', async () => {
      const streams = await fresh();
      for (let value = 0; value < 12; value += 1) await streams.publish('live', value);
      expect(await remembered(streams, {})).toEqual([7, 8, 9, 10, 11]);
    });

    it('resumes after the id a reader saw last', async () => {
      const streams = await fresh();
      for (const value of [1, 2, 3]) await streams.publish('live', value);
      const seen: StreamEntry<number>[] = [];
      await streams.subscribe<number>('live', {}, (entry) => seen.push(entry));
      await settled(() => expect(seen).toHaveLength(3));
      expect(await remembered(streams, { after: seen[1]?.id })).toEqual([3]);
      expect(await remembered(streams, { after: seen[2]?.id })).toEqual([]);
    });

    it('remembers as many as an entry asks for', async () => {
      const streams = await fresh();
      for (let value = 0; value < 12; value += 1)
        await streams.publish('live', value, { remember: 8 });
      expect(await remembered(streams, {})).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
    });

    it('publishes once what has an id, for as long as it is asked to', async () => {
      const streams = await fresh();
      const publish = (stream: string, id: string, withinMs = 60_000) =>
        streams.publish(stream, id, { once: { id, withinMs } });
      expect(await publish('live', 'a')).toBe('published');
      expect(await publish('live', 'a')).toBe('held_back');
      expect(await publish('other', 'a')).toBe('published');
      expect(await publish('live', 'b', 20)).toBe('published');
      await new Promise((resolve) => setTimeout(resolve, 80));
      expect(await publish('live', 'b')).toBe('published');
      expect(await streams.publish('live', 'c')).toBe('published');
      expect(await remembered<string>(streams, {})).toEqual(['a', 'b', 'b', 'c']);
    });

    it('forgets a stream that is dropped, and goes on for whoever listens', async () => {
      const streams = await fresh();
      const seen: number[] = [];
      await streams.publish('live', 1, { once: { id: 'a', withinMs: 60_000 } });
      await streams.publish('other', 2);
      const stop = await streams.subscribe<number>('live', {}, ({ value }) => seen.push(value));
      await streams.drop('live');
      await streams.drop('never');
      expect(await remembered(streams, {})).toEqual([]);
      await streams.publish('live', 3);
      await settled(() => expect(seen).toEqual([1, 3]));
      expect(await remembered(streams, {})).toEqual([3]);
      await stop();
    });

    it('tells what a stream remembers, and forgets single entries of it', async () => {
      const streams = await fresh();
      for (const value of [1, 2, 3]) await streams.publish('live', value);
      const entries = await streams.entries<number>('live');
      expect(entries.map(({ value }) => value)).toEqual([1, 2, 3]);
      await streams.drop('live', [entries[0]!.id, entries[2]!.id, 1]);
      expect(await streams.entries('live')).toEqual([entries[1]]);
      await streams.drop('live', []);
      expect(await remembered(streams, {})).toEqual([2]);
      expect(await streams.entries('never')).toEqual([]);
    });

    it('keeps streams apart, and works with nobody listening', async () => {
      const streams = await fresh();
      await streams.publish('other', 1);
      await streams.publish('live', 2);
      expect(await remembered(streams, {})).toEqual([2]);
    });

    it('calls a listener no more once it is disposed of', async () => {
      const streams = await fresh();
      const seen: number[] = [];
      const dispose = await streams.subscribe<number>('live', {}, ({ value }) => seen.push(value));
      await streams.publish('live', 1);
      await settled(() => expect(seen).toEqual([1]));
      await dispose();
      await streams.publish('live', 2);
      expect(await remembered(streams, {})).toEqual([1, 2]);
      expect(seen).toEqual([1]);
    });

    it('spares publishers and other listeners a listener that throws', async () => {
      const streams = await fresh();
      const seen: number[] = [];
      await streams.publish('live', 0);
      await streams.subscribe('live', {}, () => {
        throw new Error('not my day');
      });
      await streams.subscribe<number>('live', {}, ({ value }) => seen.push(value));
      await streams.publish('live', 1);
      await settled(() => expect(seen).toEqual([0, 1]));
    });

    it('shows every listener the same order when one of them publishes', async () => {
      const streams = await fresh();
      const seen: number[] = [];
      await streams.subscribe<number>('live', {}, ({ value }) => {
        if (value === 1) void streams.publish('live', 2);
      });
      await streams.subscribe<number>('live', {}, ({ value }) => seen.push(value));
      await streams.publish('live', 1);
      await settled(() => expect(seen).toEqual([1, 2]));
    });
  });
}

async function remembered<T = number>(
  streams: Streams,
  options: { readonly after?: number | undefined },
): Promise<T[]> {
  const values: T[] = [];
  const dispose = await streams.subscribe<T>('live', options, ({ value }) => values.push(value));
  await dispose();
  return values;
}

/** Entries may come a little after `publish` has resolved. */
async function settled(check: () => void): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    try {
      return check();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  check();
}
