// What `events_aggregated` costs beside a steady stream: one processor on the embedded event store.
//
//   npm run build && node bench/processor/aggregates.mjs [--rate 5000] [--seconds 60] [--pages 200] [--late 0.02]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Registry } from 'prom-client';
import { v7 as uuidv7 } from 'uuid';
import { openChdbEventStore } from '@px-platform/store/chdb';
import { createDirectEventLog } from '@px-platform/store/direct';
import { createMemoryCounters, createMemoryStreams } from '@px-platform/store/memory';

const { startProcessor } = await import(
  new URL('../../packages/processor/dist/index.js', import.meta.url)
);

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '5000' },
    seconds: { type: 'string', default: '60' },
    pages: { type: 'string', default: '200' },
    late: { type: 'string', default: '0.02' },
  },
});
const [rate, seconds, pages, late] = ['rate', 'seconds', 'pages', 'late'].map((name) =>
  Number(values[name]),
);
const NAMES = ['page_view', 'click', 'scroll', 'page_leave', 'performance', 'error', 'rage_click'];
const TICK_MS = 100;

const directory = await mkdtemp(join(tmpdir(), 'px-bench-aggregates-'));
const eventStore = await openChdbEventStore({ path: directory });
try {
  for (const isOn of [false, true]) {
    const run = await measure(isOn);
    console.log(isOn ? 'with aggregates   ' : 'without aggregates', JSON.stringify(run));
  }
  const [size] = await eventStore.query({
    sql: `SELECT sumIf(bytes_on_disk, table = 'events') / sumIf(rows, table = 'events') AS event_bytes,
                 sumIf(bytes_on_disk, table = 'event_minutes') / sumIf(rows, table = 'event_minutes') AS minute_bytes
            FROM system.parts WHERE active`,
    params: {},
  });
  console.log('bytes a row', JSON.stringify(size));
} finally {
  await eventStore.close();
  await rm(directory, { recursive: true, force: true });
}

async function measure(isOn) {
  const registry = new Registry();
  const eventLog = createDirectEventLog();
  const people = new Map();
  const told = { records: 0, bytes: 0, cells: new Set(), delays: [] };
  await eventLog.consume('events_aggregated', async (records) => {
    told.records += records.length;
    for (const { key, value } of records) {
      told.cells.add(key);
      told.bytes += JSON.stringify(value).length;
    }
  });
  const stop = await startProcessor({
    eventLog,
    // Without: nothing is read, and so nothing is published.
    eventStore: isOn ? eventStore : { ...eventStore, query: async () => [] },
    profiles: {
      see: async (sightings) =>
        new Map(
          sightings.map(({ project_id, user_id }) => {
            const key = `${project_id}/${user_id}`;
            if (!people.has(key)) people.set(key, people.size + 1);
            return [key, people.get(key)];
          }),
        ),
      applyTraits: async () => {},
      applyGroupTraits: async () => {},
    },
    streams: { ...createMemoryStreams(), publish: async () => 'published' },
    counters: createMemoryCounters(),
    log: { info() {}, warn: console.warn, error: console.error },
    registry,
  });
  const project = isOn ? 'on' : 'off';
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  let sent = 0;
  while (performance.now() - startedAt < seconds * 1_000) {
    const due = Math.floor(((performance.now() - startedAt) / 1_000) * rate) - sent;
    if (due > 0)
      await eventLog.append(
        'events_raw',
        Array.from({ length: due }, () => record(project)),
      );
    sent += Math.max(0, due);
    await sleep(TICK_MS);
  }
  const took = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const chores = await registry.getSingleMetric('px_processor_chore_seconds').get();
  const sum = (end, chore) =>
    chores.values.find(
      ({ metricName, labels }) => metricName.endsWith(end) && labels.chore === chore,
    )?.value ?? 0;
  await stop();
  return {
    'events/s': Math.round(sent / took),
    cores: Number(((user + system) / 1e6 / took).toFixed(2)),
    'share of time reading': Number((sum('_sum', 'aggregates') / took).toFixed(3)),
    readings: sum('_count', 'aggregates'),
    'late readings': sum('_count', 'late_aggregates'),
    'share of time reading late': Number((sum('_sum', 'late_aggregates') / took).toFixed(3)),
    'ms a reading':
      Math.round((sum('_sum', 'aggregates') / sum('_count', 'aggregates')) * 1_000) || 0,
    'ms live numbers':
      Math.round((sum('_sum', 'live_numbers') / sum('_count', 'live_numbers')) * 1_000) || 0,
    'records/s': Math.round(told.records / took),
    'KB/s': Math.round(told.bytes / took / 1_000),
    cells: told.cells.size,
  };
}

function record(project) {
  const now = Date.now();
  const timestamp = Math.random() < late ? now - Math.floor(Math.random() * 3_600_000) : now;
  const visitor = Math.floor(Math.random() * 10_000);
  // The first page has half of all views, the next half of the rest, down to a flat tail.
  const page = Math.min(
    pages,
    Math.floor(-Math.log2(Math.random()) * 3 + Math.random() * (pages / 10)),
  );
  const name = NAMES[Math.min(NAMES.length - 1, Math.floor(-Math.log2(Math.random())))];
  return {
    key: `t:${project}:${visitor}`,
    value: {
      schema_version: 1,
      tenant_id: 't',
      project_id: project,
      event: {
        event_id: uuidv7(),
        event: name,
        anonymous_id: `visitor-${visitor}`,
        session_id: `session-${visitor}`,
        timestamp,
        properties: { button: 'buy', price: 19.9, position: visitor % 7 },
        context: { page: { url: `https://shop.example/p${page}` } },
      },
      client_timestamp: timestamp,
      timestamp,
      clock: 'client',
      received_at: now,
      ip: null,
      user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      hints: {},
      sdk: null,
    },
  };
}
