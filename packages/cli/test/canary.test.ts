import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve } from '@px-platform/test-services';
import { createCollector } from '@px-platform/collector';
import { startProcessor } from '@px-platform/processor';
import {
  EventStoreError,
  liveStream,
  postgresCatalog,
  postgresProfileStore,
  postgresSchemaRegistry,
  type EventStore,
} from '@px-platform/store';
import { embeddedStage, serverStage, type Stage } from './canary-stage.js';
import { plant, REFUSED, RULES } from './canaries.js';

const TENANT = 'acme';
const PROJECT = 'shop';

/** Everything a place holds, as one text. */
type Places = Readonly<Record<string, string>>;

describe.each([
  ['embedded', embeddedStage],
  ['on servers', serverStage],
])('given personal data planted wherever an event can hold some, %s', (_kind, open) => {
  let stage: Stage | null;
  let places: Places;
  const plantation = plant(Date.now() - 60_000);

  beforeAll(async () => {
    stage = await open();
    if (stage) places = await run(stage, plantation);
  }, 180_000);
  afterAll(() => stage?.close(), 60_000);

  it('finds none of it in any table, key, topic, stream or log afterwards', ({ skip }) => {
    if (!stage) return skip();
    const leaks = Object.entries(places).flatMap(([place, text]) => {
      const small = text.toLowerCase();
      return plantation.canaries.flatMap(({ where, needles }) =>
        needles
          .filter((needle) => small.includes(needle.toLowerCase()))
          .map((needle) => `${place} has the ${where}: ${excerpt(small, needle.toLowerCase())}`),
      );
    });
    expect(plantation.canaries.length).toBeGreaterThan(70);
    expect(leaks).toEqual([]);
  });

  it('finds what the tenant keeps in each of them, so that the search can fail', ({ skip }) => {
    if (!stage) return skip();
    const found = Object.keys(places).filter((place) =>
      places[place]?.includes(plantation.control),
    );
    expect(found).toEqual(
      expect.arrayContaining([
        'ClickHouse events',
        'ClickHouse dead_events',
        'Postgres users',
        'events_enriched',
        'live page',
        ...(stage.redisTexts ? ['Redis'] : []),
      ]),
    );
  });

  it('keeps the shape of what it masked: people stay one, and events stay whole', async ({
    skip,
  }) => {
    if (!stage) return skip();
    const [row] = await stage.eventStore.query<Record<string, unknown>>({
      sql: `SELECT distinct_id, properties.email::String AS email, properties.customerName::String AS name,
              page_path, ip_address, properties.plan::String AS plan
            FROM events FINAL WHERE event_name = 'visit' AND is_identified AND page_path != ''`,
      params: {},
    });
    expect(row).toMatchObject({
      distinct_id: expect.stringMatching(/^h_[\w-]{22}$/),
      email: expect.stringMatching(/^h_[\w-]{22}$/),
      name: expect.stringMatching(/^h_[\w-]{22}$/),
      page_path: expect.stringMatching(/^\/users\/h_[\w-]{22}\/edit$/),
      ip_address: '203.0.113.0',
    });
    const kinds = new Set(JSON.parse(places['kinds'] ?? '[]') as string[]);
    expect(kinds).toEqual(new Set(['stored', 'duplicate', 'rejected', 'dead']));
    expect(places['critical events']).toContain('sign_up');
    expect(places['events_aggregated']).toContain('invited h_');
  });
});

/** Sends all of it through a collector and a processor, and reads what the installation holds then. */
async function run(stage: Stage, plantation: ReturnType<typeof plant>): Promise<Places> {
  const { sql, streams, counters, eventLog, limiter } = stage;
  const said: unknown[] = [];
  const say = (facts: object, message: string) => void said.push(tellingOf(facts), message);
  const log = { info: say, warn: say, error: say };
  const catalog = postgresCatalog(sql);
  const schemas = postgresSchemaRegistry(sql);
  const scope = { tenant_id: TENANT, project_id: PROJECT };
  await catalog.ensureProject({ id: PROJECT, tenant_id: TENANT, name: 'Shop' }, 'Acme');
  await catalog.setTier(TENANT, 'enterprise');
  await catalog.setPrivacyRules(TENANT, PROJECT, RULES);
  const { key } = await catalog.createKey({ kind: 'write', ...scope }, 'canary');
  const schema = { properties: { customer_name: { enum: ['a', 'b'] } } };
  for (const [event, mode] of [
    ['planned', 'warn'],
    ['enforced', 'enforce'],
  ] as const) {
    await schemas.putEvent(scope, { event, mode, schema, basedOn: 0 });
  }

  const published = { events_enriched: [] as unknown[], events_aggregated: [] as unknown[] };
  const stopReaders = await Promise.all(
    (['events_enriched', 'events_aggregated'] as const).map((topic) =>
      stage.readerLog.consume(topic, async (records) => void published[topic].push(...records)),
    ),
  );
  const live: { kind: string }[] = [];
  await streams.subscribe<{ kind: string }>(liveStream(PROJECT), {}, ({ value }) =>
    live.push(value),
  );
  const critical: unknown[] = [];
  await streams.subscribe('events:critical', {}, ({ value }) => critical.push(value));
  const stopProcessor = await startProcessor({
    eventLog,
    eventStore: refusing(stage.eventStore),
    profiles: postgresProfileStore(sql),
    streams,
    counters,
    catalog,
    log,
  });
  const app = express();
  app.set('trust proxy', 1);
  app.use(createCollector({ catalog, schemas, eventLog, limiter, log }));
  const collector = await serve(app);

  for (const { headers, events } of plantation.requests) {
    const response = await fetch(`${collector.url}/v1/batch`, {
      method: 'POST',
      headers: { ...headers, 'x-api-key': key },
      body: JSON.stringify({ sent_at: Date.now(), events }),
    });
    expect(response.status).toBe(200);
  }
  const { stored, dead } = plantation;
  await until(async () => (await count(stage.eventStore, 'events')) >= stored, 'rows');
  // Those that break the plan and were kept have a letter each, too.
  await until(
    async () => (await count(stage.eventStore, 'dead_events')) >= dead + 2,
    'dead letters',
  );
  await until(async () => live.length >= stored + dead + 1, 'the live page');
  await until(async () => published.events_enriched.length >= stored, 'events_enriched');
  await collector.close();
  await stopProcessor();
  await until(async () => published.events_aggregated.length > 0, 'events_aggregated');

  const places: Record<string, string> = {
    ...(await clickHouseTables(stage.eventStore)),
    ...(await postgresTables(stage)),
    events_enriched: JSON.stringify(published.events_enriched),
    events_aggregated: JSON.stringify(published.events_aggregated),
    'critical events': JSON.stringify(critical),
    'live page': JSON.stringify(live),
    log: JSON.stringify(said),
    kinds: JSON.stringify(live.map(({ kind }) => kind)),
  };
  if (stage.redisTexts) places['Redis'] = (await stage.redisTexts()).join('\n');
  for (const stop of stopReaders) await stop();
  return places;
}

/** Refuses one event as the engine would: with words that quote its row. */
function refusing(store: EventStore): EventStore {
  return {
    ...store,
    async insertEvents(rows) {
      const row = rows.find(({ event_name }) => event_name === REFUSED);
      if (row) throw new EventStoreError('refused', `Cannot parse ${JSON.stringify(row)}`);
      await store.insertEvents(rows);
    },
  };
}

async function count(store: EventStore, table: string): Promise<number> {
  const sql = `SELECT count() AS rows FROM ${table} FINAL WHERE project_id = '${PROJECT}'`;
  const [row] = await store.query<{ rows: number }>({ sql, params: {} });
  return row?.rows ?? 0;
}

async function clickHouseTables(store: EventStore): Promise<Places> {
  const tables = await store.query<{ name: string }>({
    sql: `SELECT name FROM system.tables WHERE database = currentDatabase() AND engine NOT LIKE '%View'`,
    params: {},
  });
  const texts = tables.map(async ({ name }) => {
    const rows = await store.query({ sql: `SELECT * FROM ${name}`, params: {} });
    return [`ClickHouse ${name}`, JSON.stringify(rows)] as const;
  });
  return Object.fromEntries(await Promise.all(texts));
}

async function postgresTables({ sql }: Stage): Promise<Places> {
  const tables = await sql.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  const places: Record<string, string> = {};
  for (const { name } of tables) {
    const rows = await sql.query<{ row: string }>(`SELECT t::text AS row FROM "${name}" t`);
    places[`Postgres ${name}`] = rows.map(({ row }) => row).join('\n');
  }
  return places;
}

/** As a log writes it: errors with all that they say. */
function tellingOf(facts: object): unknown {
  return Object.entries(facts).map(([name, fact]: [string, unknown]) =>
    fact instanceof Error
      ? [name, fact.message, fact.stack, String(fact.cause), Object.entries(fact)]
      : [name, fact],
  );
}

function excerpt(text: string, needle: string): string {
  const at = text.indexOf(needle);
  return text.slice(Math.max(0, at - 80), at + needle.length + 20);
}

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 60_000; !(await isSo()); await sleep(50)) {
    if (Date.now() > end) throw new Error(`${what} did not come within a minute`);
  }
}
