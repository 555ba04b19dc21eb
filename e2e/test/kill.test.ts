import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import type { BatchResult } from '@px-platform/protocol';
import { freePort, startPxDev, type PxDev } from './px-dev.js';
import { askCount, readStoredRows } from './stored-rows.js';

const ROUNDS = 4;
const SENDERS = 4;
const BATCH_EVENTS = 25;

let dataDir: string;
let px: PxDev;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'px-kill-'));
});
afterEach(async () => {
  await px.stop('SIGKILL');
  await rm(dataDir, { recursive: true, force: true });
});

interface Sending {
  readonly body: string;
  readonly ids: readonly string[];
}

describe('given a platform killed with SIGKILL in the middle of a stream', () => {
  it('has stored every answered event exactly once, and takes the unanswered ones again without doubling any', async () => {
    const port = await freePort();
    const answered = new Set<string>();
    let unanswered: Sending[] = [];

    for (let round = 0; round < ROUNDS; round += 1) {
      px = await startPxDev({ dataDir, port, args: ['--no-shop'] });
      for (const sending of unanswered) await post(sending, answered);
      unanswered = [];
      let isAlive = true;
      const senders = Array.from({ length: SENDERS }, async () => {
        while (isAlive) {
          const sending = makeBatch();
          // A batch in flight at the kill may be stored or not: its sender cannot know and must send again.
          if (!(await post(sending, answered).catch(() => false))) unanswered.push(sending);
        }
      });
      await new Promise((resolve) => setTimeout(resolve, 700 + Math.random() * 800));
      await px.stop('SIGKILL');
      isAlive = false;
      await Promise.all(senders);
    }

    px = await startPxDev({ dataDir, port, args: ['--no-shop'] });
    for (const sending of unanswered) await post(sending, answered);
    expect(answered.size).toBeGreaterThan(ROUNDS * BATCH_EVENTS);
    expect((await askCount(px, {})).total.events).toBe(answered.size);
    expect(await px.stop('SIGINT')).toBe(0);

    const rows = await readStoredRows(dataDir);
    expect(new Set(rows.map(({ event_id }) => event_id))).toEqual(answered);
    expect(rows).toHaveLength(answered.size);
  });
});

async function post({ body, ids }: Sending, answered: Set<string>): Promise<boolean> {
  const response = await fetch(`${px.url}/v1/batch`, {
    method: 'POST',
    headers: { 'x-api-key': px.writeKey },
    body,
    signal: AbortSignal.timeout(10_000),
  });
  if (response.status !== 200) return false;
  const { accepted, results } = (await response.json()) as BatchResult;
  expect({ accepted, results }).toEqual({ accepted: ids.length, results: [] });
  for (const id of ids) answered.add(id);
  return true;
}

function makeBatch(): Sending {
  const now = Date.now();
  const visitor = uuidv7();
  const events = Array.from({ length: BATCH_EVENTS }, (_, seq) => ({
    event_id: uuidv7(),
    event: 'streamed',
    anonymous_id: visitor,
    session_id: visitor,
    seq,
    timestamp: now,
    properties: { seq },
  }));
  return {
    body: JSON.stringify({ sent_at: now, events }),
    ids: events.map(({ event_id }) => event_id),
  };
}
