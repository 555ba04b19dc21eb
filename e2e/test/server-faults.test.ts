import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { forgetUnderLoad } from './erasure-on-servers.js';
import { startPlatform, type Victim } from './platform.js';
import { until } from './px-dev.js';
import { startStream } from './steady-stream.js';
import { askCount } from './stored-rows.js';

const platform = await startPlatform();
afterAll(() => platform?.stop());

/** How long a victim stays away. */
const AWAY_MS = 3_000;
/** Everything must be as before by then. */
const RECOVERY_MS = 60_000;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What a question sees of the stream; -1 while it cannot be asked. */
async function countStreamed(): Promise<{ rows: number; ids: number }> {
  const [row] = await (platform?.eventStore
    .query<{ rows: number; ids: number }>({
      sql: `SELECT count() AS rows, uniqExact(event_id) AS ids FROM events FINAL WHERE event_name = 'streamed'`,
      params: {},
    })
    .catch(() => []) ?? []);
  return row ?? { rows: -1, ids: -1 };
}

/** Sends one event, and waits until a question sees it. Milliseconds. */
async function trace(): Promise<number> {
  if (!platform) return NaN;
  const { collectors, writeKey, eventStore } = platform;
  const id = uuidv7();
  const now = Date.now();
  const startedAt = performance.now();
  await until(
    async () =>
      fetch(`${collectors[0]?.url}/v1/batch`, {
        method: 'POST',
        headers: { 'x-api-key': writeKey },
        body: JSON.stringify({
          sent_at: now,
          events: [{ event_id: id, event: 'trace', anonymous_id: 'tracer', timestamp: now }],
        }),
        signal: AbortSignal.timeout(9_000),
      }).then(
        ({ ok }) => ok,
        () => false,
      ),
    RECOVERY_MS,
    'a traced event is answered',
  );
  await until(
    async () => {
      const rows = await eventStore
        .query({ sql: 'SELECT 1 FROM events WHERE event_id = {id:UUID}', params: { id } })
        .catch(() => []);
      return rows.length > 0;
    },
    RECOVERY_MS,
    'a traced event is stored',
  );
  return performance.now() - startedAt;
}

describe.skipIf(!platform)('given the platform on servers of its own', () => {
  it('was set up by px migrate, which does nothing a second time', () => {
    expect(platform?.migrated).toMatch(/events_raw: created, 4 partitions/);
    expect(platform?.migrated).toMatch(/ClickHouse +0001_events/);
    expect(platform?.migrated).toMatch(/Postgres +0001_catalog/);
  });

  it(
    'stores every answered event once, whoever is killed or hangs under a steady stream, and recovers by itself',
    { timeout: 600_000 },
    async () => {
      if (!platform) return;
      const { servers, collectors, processors, api, writeKey, eventStore, sql } = platform;
      const victims: Readonly<Record<string, Victim | null | undefined>> = {
        collector: collectors[0],
        processor: processors[0],
        kafka: servers.kafka.process,
        clickhouse: servers.clickhouse.process,
        postgres: servers.postgres.process,
        redis: servers.redis.process,
      };
      const normalMs = await trace();
      const stream = startStream(
        collectors.map(({ url }) => url),
        writeKey,
      );
      const table: string[] = [`nothing                 ${normalMs.toFixed(0).padStart(6)} ms`];
      for (const [name, victim] of Object.entries(victims)) {
        if (!victim) throw new Error(`${name} is nobody's to kill`);
        for (const fault of ['kill -9', 'hangs'] as const) {
          await sleep(1_000);
          const before = { answered: stream.answered.size, retries: stream.retries() };
          if (fault === 'hangs') victim.pause();
          else await victim.kill();
          await sleep(AWAY_MS);
          if (fault === 'hangs') victim.resume();
          else await victim.start();
          const recoveryMs = await trace();
          table.push(
            `${name.padEnd(12)}${fault.padEnd(12)}${recoveryMs.toFixed(0).padStart(6)} ms, ` +
              `${stream.answered.size - before.answered} events answered meanwhile, ${stream.retries() - before.retries} requests again`,
          );
        }
      }
      await stream.end();
      await until(
        async () => (await countStreamed()).ids >= stream.answered.size,
        RECOVERY_MS,
        'all are stored',
      );
      console.log(
        `\n  Recovery, from the victim's return to a new event being seen:\n\n  ${table.join('\n  ')}\n`,
      );

      const { answered, people } = stream;
      expect(answered.size).toBeGreaterThan(10_000);
      expect(await countStreamed()).toEqual({ rows: answered.size, ids: answered.size });
      const stored = await eventStore.query<{ id: string }>({
        sql: `SELECT toString(event_id) AS id FROM events FINAL WHERE event_name = 'streamed'`,
        params: {},
      });
      expect(stored.filter(({ id }) => !answered.has(id))).toEqual([]);

      // Each visitor once, in a session of its own, numbered densely together with the tracer.
      const [sessions] = await eventStore.query<{ sessions: number; persons: number }>({
        sql: `SELECT uniqExact(session_id) AS sessions, uniqExact(person) AS persons FROM events FINAL WHERE event_name = 'streamed'`,
        params: {},
      });
      expect(sessions).toEqual({ sessions: people.size, persons: people.size });
      const found = await eventStore.query({
        sql: `SELECT origin, count() AS sessions, sum(events) AS events FROM sessions GROUP BY origin ORDER BY origin`,
        params: {},
      });
      const [traced] = await eventStore.query<{ events: number }>({
        sql: `SELECT count() AS events FROM events FINAL WHERE session_id = ''`,
        params: {},
      });
      // The tracer names no session: what it sent within minutes is one all the same.
      expect(found).toEqual([
        { origin: 'client', sessions: people.size, events: answered.size },
        { origin: 'derived', sessions: 1, events: traced?.events },
      ]);
      const [profiles] = await sql.query(
        `SELECT count(*) AS people, max(person) AS last, count(DISTINCT person) AS numbers FROM users WHERE project_id = 'shop'`,
      );
      const all = people.size + 1;
      expect(profiles).toEqual({ people: all, last: all, numbers: all });

      const asked = await askCount({ url: api.url, secretKey: platform.secretKey }, {});
      expect(asked.total.events).toBeGreaterThanOrEqual(answered.size);
    },
  );

  it(
    'answers on while Kafka is away where a collector has a spool, though it is killed meanwhile, and stores each event once',
    { timeout: 120_000 },
    async () => {
      if (!platform) return;
      const { servers, writeKey } = platform;
      const dir = await mkdtemp(join(tmpdir(), 'px-e2e-spool-'));
      const collector = await platform.start('collector', { PX_SPOOL_DIR: dir });
      const before = await countStreamed();
      const stream = startStream([collector.url], writeKey);
      await until(() => stream.answered.size > 500, RECOVERY_MS, 'the stream runs');

      await servers.kafka.process?.kill();
      await until(
        async () => (await readdir(dir)).some((name) => name.endsWith('.spool')),
        RECOVERY_MS,
        'the spool is written to',
      );
      const answered = stream.answered.size;
      const retries = stream.retries();
      await until(() => stream.answered.size > answered + 750, RECOVERY_MS, 'batches are answered');
      expect(stream.retries()).toBe(retries);
      await collector.kill();
      await collector.start();
      const restarted = stream.answered.size;
      await until(() => stream.answered.size > restarted + 250, RECOVERY_MS, 'and again');
      const metrics = await (await fetch(`${collector.url}/metrics`)).text();
      expect(Number(/^px_collector_spool_events (\d+)/m.exec(metrics)?.[1])).toBeGreaterThan(750);

      await servers.kafka.process?.start();
      await until(
        async () => !(await readdir(dir)).some((name) => name.endsWith('.spool')),
        RECOVERY_MS,
        'the spool is empty',
      );
      await stream.end();
      const all = before.ids + stream.answered.size;
      await until(async () => (await countStreamed()).ids >= all, RECOVERY_MS, 'all are stored');
      expect(await countStreamed()).toEqual({ rows: all, ids: all });
      expect(await collector.stop()).toBe(0);
      await rm(dir, { recursive: true });
    },
  );

  it(
    'forgets a person whose devices go on sending what they kept, though a processor is killed meanwhile, and nobody else',
    { timeout: 300_000 },
    async () => {
      if (platform) await forgetUnderLoad(platform);
    },
  );

  it('ends each service with 0 when it is told to stop, and answers what is under way', async () => {
    if (!platform) return;
    const { collectors, processors, api } = platform;
    const codes = await Promise.all(
      [...collectors, ...processors, api].map((service) => service.stop()),
    );
    expect(codes).toEqual([0, 0, 0, 0, 0]);
  });
});
