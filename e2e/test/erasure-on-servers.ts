import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import type { BatchResult } from '@px-platform/protocol';
import { placesOf } from './person-search.js';
import type { Platform } from './platform.js';
import { until } from './px-dev.js';
import { startStream, type SteadyStream } from './steady-stream.js';

/** Ids and words of a person who will be forgotten: none of them may be found afterwards. */
const PERSON = 'canary-ana';
const PHONE = 'canary-phone';
const LAPTOP = 'canary-laptop';
const CANARY = 'canary-';
/** How long what was asked for may take here. */
const PATIENCE_MS = 60_000;

/**
 * A person is forgotten while others go on and their own devices bring what they kept; a processor is killed meanwhile. The
 * two minutes between the sweeps are put forward in the table of requests.
 */
export async function forgetUnderLoad(platform: Platform): Promise<void> {
  const { collectors, processors, eventStore, sql, writeKey } = platform;
  const before = Date.now() - 60_000;
  let requests = 0;
  const send = async (...events: readonly object[]): Promise<BatchResult> => {
    const { url } = collectors[requests++ % collectors.length]!;
    const stamped = events.map((event) => ({
      event_id: uuidv7(),
      event: 'visit',
      timestamp: before,
      ...event,
    }));
    const response = await fetch(`${url}/v1/batch`, {
      method: 'POST',
      headers: { 'x-api-key': writeKey },
      body: JSON.stringify({ sent_at: Date.now(), events: stamped }),
    });
    expect(response.status).toBe(200);
    return (await response.json()) as BatchResult;
  };
  const identify = (anonymous_id: string, more: object = {}) => ({
    event: '$identify',
    user_id: PERSON,
    anonymous_id,
    ...more,
  });
  const page = { url: 'https://shop.example/canary-page', title: 'canary-title' };

  await send(
    { anonymous_id: PHONE, session_id: 'canary-visit', context: { page } },
    { anonymous_id: LAPTOP, properties: { note: 'canary-note' } },
    identify(PHONE, { properties: { $set: { plan: 'canary-plan' }, $increment: { visits: 1 } } }),
    identify(LAPTOP),
    { user_id: PERSON, session_id: 'canary-visit', event: 'sign_up' },
    { user_id: PERSON, event: 'feedback', properties: { text: 'canary-words', rating: 5 } },
    {
      user_id: PERSON,
      event: '$group',
      properties: { type: 'company', key: 'acme', $set: { plan: 'pro' } },
    },
  );
  const { results } = await send({ user_id: PERSON, properties: 'canary-dead' });
  expect(results).toMatchObject([{ status: 'drop' }]);
  const everywhere = [
    ...['events', 'client_sessions', 'sessionless_events', 'derived_sessions', 'dead_events'].map(
      (table) => `ClickHouse ${table}`,
    ),
    'Postgres users',
    ...['live:shop', 'events:critical'].map((name) => `Redis px:stream:${name}`),
  ];
  const isStored = async () => {
    const [row] = await eventStore.query<{ rows: number }>({
      sql: `SELECT count() AS rows FROM dead_events WHERE position(body, 'canary-dead') > 0`,
      params: {},
    });
    return row?.rows === 1;
  };
  await until(isStored, PATIENCE_MS, 'their dead letter is stored');
  // The search can find.
  await until(
    async () => {
      const found = await placesOf(platform, [CANARY]);
      return everywhere.every((place) => found.has(place));
    },
    PATIENCE_MS,
    'the person is everywhere',
  );

  const stream = startStream(
    collectors.map(({ url }) => url),
    writeKey,
  );
  /** What their devices kept while they were offline, in a new visit each time. */
  let isLate = true;
  let late = 0;
  const offline = (async () => {
    for (; isLate; await sleep(20))
      late += (
        await send(
          { anonymous_id: PHONE, session_id: `canary-late-${late}`, properties: { late } },
          { user_id: PERSON, event: 'purchase', session_id: `canary-late-${late}` },
          { user_id: PERSON, anonymous_id: LAPTOP, context: { page } },
          identify(PHONE, { properties: { $set: { plan: `canary-plan-${late}` } } }),
        )
      ).accepted;
  })();

  await until(async () => late > 50, PATIENCE_MS, 'their devices send');
  const { url } = platform.api;
  const headers = { authorization: `Bearer ${platform.secretKey}` };
  const asked = await fetch(`${url}/v1/privacy/person?project=shop&user_id=${PERSON}`, {
    method: 'DELETE',
    headers,
  });
  expect(asked.status).toBe(202);
  const status = async () => {
    const answer = await fetch(url + asked.headers.get('location'), { headers });
    return (await answer.json()) as { status: string; user_ids: string[] };
  };
  const { id } = (await asked.json()) as { id: string };
  const isSwept = async () => {
    const rows = await sql.query(
      'SELECT 1 FROM privacy_requests WHERE id = $1::uuid AND swept_at IS NOT NULL',
      [id],
    );
    return rows.length > 0;
  };
  await until(isSwept, PATIENCE_MS, 'the first sweep');
  await processors[0]?.kill();
  // They are back at once: what comes of it is deleted as well.
  await send(identify(PHONE, { timestamp: Date.now(), properties: { $set: { plan: 'none' } } }));
  // By then every processor has looked anew who was forgotten.
  await Promise.all([processors[0]?.start(), sleep(3_000)]);
  const lag = async () => {
    const metrics = await (await fetch(`${processors[1]?.url}/metrics`)).text();
    const waiting = [
      ...metrics.matchAll(/^px_processor_log_lag_events\{topic="events_raw",.*\} (\d+)/gm),
    ];
    // It is left out where Kafka does not tell it in time.
    if (waiting.length === 0) return Infinity;
    return waiting.reduce((sum, [, events]) => sum + Number(events), 0);
  };
  // Once these are stored all that was under way is, in each partition, or is dropped.
  const markers = Array.from({ length: 40 }, (_, n) => ({
    event: 'marker',
    anonymous_id: `marker-${n}`,
    session_id: 'marker',
  }));
  await send(...markers);
  const markersStored = async () => {
    const sql = `SELECT count() AS rows FROM events FINAL WHERE event_name = 'marker'`;
    const [row] = await eventStore.query<{ rows: number }>({ sql, params: {} });
    return row?.rows === markers.length;
  };
  await until(markersStored, PATIENCE_MS, 'what was under way is handled');
  await sql.query('UPDATE privacy_requests SET leased_until = now() WHERE id = $1::uuid', [id]);
  await until(async () => (await status()).status === 'finished', PATIENCE_MS, 'the second sweep');
  await sleep(500);
  isLate = false;
  await Promise.all([offline, stream.end()]);
  expect(late).toBeGreaterThan(100);
  await until(async () => (await lag()) === 0, PATIENCE_MS, 'all is handled');
  const { user_ids } = await status();
  const found = [...(await placesOf(platform, [CANARY, ...user_ids]))];
  const left = found.flatMap(([place, texts]) => (texts.includes(CANARY) ? [place] : []));
  expect(left).toEqual([]);
  // The audit trail knows the canonical ids, and the engine the words of its last deletions.
  expect(found.map(([place]) => place).sort()).toEqual([
    'ClickHouse mutations',
    'Postgres erased_people',
    'Postgres privacy_requests',
  ]);
  // Both had a part in it, and the one that was killed again.
  for (const { url } of processors) {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/^px_processor_events_total\{outcome="stored"\} [1-9]/m);
  }
  await expectOthersUntouched(platform, stream);
  await expectBoundsOfDisks(platform);

  // Forgetting is no ban, and whoever comes back is somebody new.
  await send({
    ...identify(PHONE, { properties: { $set: { plan: 'new' } } }),
    timestamp: Date.now(),
  });
  const traits = async () => {
    const sql = 'SELECT traits::text AS traits FROM users WHERE distinct_id = $1';
    const rows = await platform.sql.query<{ traits: string }>(sql, [PERSON]);
    return rows.map((row) => row.traits).join();
  };
  await until(async () => (await traits()).includes('new'), PATIENCE_MS, 'they are back');
  expect(await traits()).not.toContain(CANARY);
}

/** Each of their events is stored once, in its session, of its person. */
async function expectOthersUntouched(
  { eventStore, sql }: Platform,
  { answered, people }: SteadyStream,
): Promise<void> {
  const ofThem = `project_id = 'shop' AND session_id IN {people:Array(String)}`;
  const params = { people: [...people] };
  const count = async (source: string) => {
    const [row] = await eventStore.query<{ rows: number }>({
      sql: `SELECT count() AS rows FROM ${source} WHERE ${ofThem}`,
      params,
    });
    return row?.rows;
  };
  expect(await count('events FINAL')).toBe(answered.size);
  expect(await count('sessions')).toBe(people.size);
  const users = await sql.query('SELECT 1 FROM users WHERE distinct_id = ANY ($1::text[])', [
    [...people],
  ]);
  expect(users).toHaveLength(people.size);
  const [group] = await sql.query<{ traits: string }>(
    `SELECT traits::text AS traits FROM groups WHERE group_type = 'company' AND group_key = 'acme'`,
  );
  // What somebody told of a group is the group's.
  expect(group?.traits).toContain('pro');
}

/** What remains where no question reaches: docs/adr/0021 says for how long. */
async function expectBoundsOfDisks({ eventStore, sql }: Platform): Promise<void> {
  const [disk] = await eventStore.query<{ path: string }>({
    sql: 'SELECT path FROM system.disks',
    params: {},
  });
  const parts = await eventStore.query<{ path: string }>({
    sql: 'SELECT path FROM system.parts WHERE active',
    params: {},
  });
  const inActiveParts = (await filesWith(disk?.path ?? '', CANARY)).filter(
    (file) =>
      !isInOldPart(
        file,
        parts.map(({ path }) => path),
      ),
  );
  expect(inActiveParts).toEqual([]);

  const [{ dir } = { dir: '' }] = await sql.query<{ dir: string }>(
    `SELECT current_setting('data_directory') AS dir`,
  );
  // Rows that were deleted can be read by nobody; a table that is rewritten has them no more.
  await sql.query('VACUUM FULL');
  await sql.query('CHECKPOINT');
  const left = await filesWith(dir, CANARY);
  expect(left.filter((file) => !file.startsWith(join(dir, 'pg_wal')))).toEqual([]);
}

/** A part of a table that merges and deletions have replaced, and that the engine will throw away. */
const isInOldPart = (file: string, active: readonly string[]) =>
  /\/store\/.*\/[^/]+_\d+_\d+_\d+(_\d+)?\//.test(file) &&
  !active.some((path) => file.startsWith(path));

async function filesWith(dir: string, text: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ path, name }) => join(path, name));
  const found = await Promise.all(
    // A merge may take one away meanwhile.
    files.map(async (file) =>
      (await readFile(file).catch(() => '')).includes(text) ? [file] : [],
    ),
  );
  return found.flat();
}
