import { expect, it } from 'vitest';
import { countersContract } from '../contract/counters.js';
import { streamsContract } from '../contract/streams.js';
import { createMemoryCounters, createMemoryStreams } from './memory.js';

countersContract('counters in memory', async () => createMemoryCounters());
streamsContract('streams in memory', async () => createMemoryStreams({ remember: 5 }));

it('lets a reader resume across a restart: ids of a later process are higher', async () => {
  const before = createMemoryStreams({ now: () => 1_772_366_400_000 });
  const ids: number[] = [];
  await before.subscribe('live', {}, ({ id }) => ids.push(id));
  for (let value = 0; value < 900; value += 1) await before.publish('live', value);
  const after = createMemoryStreams({ now: () => 1_772_366_400_001 });
  const seen: unknown[] = [];
  await after.subscribe('live', { after: ids.at(-1) }, ({ value }) => seen.push(value));
  await after.publish('live', 'new');
  expect(seen).toEqual(['new']);
});

it('forgets everything on close, and calls nobody afterwards', async () => {
  const streams = createMemoryStreams();
  const seen: unknown[] = [];
  await streams.subscribe('live', {}, ({ value }) => seen.push(value));
  await streams.close();
  await streams.publish('live', 1);
  expect(seen).toEqual([]);
});

it('loses nothing for a listener that joins while an entry is being delivered', async () => {
  const streams = createMemoryStreams();
  const late: unknown[] = [];
  await streams.publish('live', 0);
  let joined = false;
  await streams.subscribe('live', {}, ({ value }) => {
    if (value !== 1 || joined) return;
    joined = true;
    void streams.subscribe('live', {}, (entry) => late.push(entry.value));
  });
  await streams.publish('live', 1);
  await streams.publish('live', 2);
  expect(late).toEqual([0, 1, 2]);
});

it('forgets the number written longest ago when there are too many', async () => {
  const counters = createMemoryCounters({ capacity: 2 });
  for (const name of ['a', 'b', 'a', 'c']) await counters.put(new Map([[name, 1]]), 60_000);
  expect(await counters.read(['a', 'b', 'c'])).toEqual([1, null, 1]);
});
