import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sampleId } from '../src/contract/samples.js';
import { openChdbEventStore } from '../src/event-store/chdb.js';
import { openPglite } from '../src/pglite.js';
import { postgresProfileStore } from '../src/profile-store/postgres.js';
import type { ChildWork } from './spawn-child.js';
import { spawnChild } from './spawn-child.js';

const ROUNDS = 4;
const root = mkdtempSync(join(tmpdir(), 'px-crash-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('given a process killed with SIGKILL while it writes', () => {
  it('chdb holds every row it had acknowledged, once each, round after round', async () => {
    const path = join(root, 'chdb');
    const acked = await crashRounds('chdb', path);
    const store = await openChdbEventStore({ path });
    const rows = await store.query<{ event_id: string }>({
      sql: 'SELECT event_id FROM events FINAL',
      params: {},
    });
    const found = new Set(rows.map(({ event_id }) => event_id));
    expect(found.size).toBe(rows.length);
    const expected = acked.flatMap((number) => [sampleId(number * 2), sampleId(number * 2 + 1)]);
    expect(expected.filter((id) => !found.has(id))).toEqual([]);
    await store.close();
  }, 120_000);

  it('PGlite holds every person it had acknowledged, and their numbers stay dense', async () => {
    const path = join(root, 'pglite');
    const acked = await crashRounds('pglite', path);
    const sql = await openPglite({ path });
    const profiles = postgresProfileStore(sql);
    for (const number of acked) {
      expect(await profiles.find('shop', sampleId(number)), `${number}`).not.toBeNull();
    }
    const [range] = await sql.query<{ people: number; last: number; counted: number }>(
      `SELECT count(*)::int AS people, max(person) AS last,
              (SELECT last_person FROM person_counters WHERE project_id = 'shop') AS counted
         FROM users`,
    );
    expect(range?.last).toBe(range?.people);
    expect(range?.counted).toBe(range?.people);
    await sql.close();
  }, 120_000);
});

describe('given a directory another process holds', () => {
  for (const work of ['chdb', 'pglite'] as const) {
    it(`${work} says who holds it and what to do, and opens once that process is gone`, async () => {
      const path = join(root, `held-${work}`);
      const holder = spawnChild(work, path);
      await holder.said(3);
      const open = work === 'chdb' ? openChdbEventStore : openPglite;
      await expect(open({ path })).rejects.toMatchObject({
        code: 'directory_in_use',
        message: expect.stringMatching(new RegExp(`process ${holder.pid} .*Stop that process`)),
      });
      await holder.kill();
      const opened = await open({ path });
      await opened.close();
    }, 60_000);
  }
});

/** Lets a child write for a while and kills it, several times over the same directory. */
async function crashRounds(work: ChildWork, path: string): Promise<number[]> {
  const acked: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const child = spawnChild(work, path, round * 10_000);
    await child.said(10 + round * 15);
    // Anywhere within the next write, rather than always just after an answer.
    await new Promise((resolve) => setTimeout(resolve, round * 7));
    await child.kill();
    const numbers = child.lines.filter((line) => line !== 'ready').map(Number);
    expect(numbers.length, child.lines.at(-1)).toBeGreaterThan(5);
    expect(numbers.every(Number.isInteger), child.lines.at(-1)).toBe(true);
    acked.push(...numbers);
  }
  return acked;
}
