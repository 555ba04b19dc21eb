import { expect, it } from 'vitest';
import { streamsContract } from '../contract/streams.js';
import { createMemoryStreams } from './memory.js';

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
