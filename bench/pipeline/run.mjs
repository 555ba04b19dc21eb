// How fast the platform on servers takes events, and how soon a question sees them: one collector, one processor, Apache
// Kafka, ClickHouse's engine behind HTTP, Postgres and Redis, all on this machine. An answer means that Kafka has them.
//
//   node bench/pipeline/run.mjs [--batches 300] [--size 100] [--concurrency 1,4,16] [--seconds 20] [--rate 500]
import { Agent } from 'node:http';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { openClickHouseEventStore } from '@px-platform/store/clickhouse';
import { openBuiltPlatform } from '../lib/platform.mjs';
import { makeBatch, post, quantile, send } from '../lib/send.mjs';

const { values } = parseArgs({
  options: {
    batches: { type: 'string', default: '300' },
    size: { type: 'string', default: '100' },
    concurrency: { type: 'string', default: '1,4,16' },
    seconds: { type: 'string', default: '20' },
    rate: { type: 'string', default: '500' },
  },
});
const [batches, size, seconds, rate] = ['batches', 'size', 'seconds', 'rate'].map((name) =>
  Number(values[name]),
);
const platform = await openBuiltPlatform();
const { writeKey: key, servers } = platform;
const eventStore = openClickHouseEventStore({
  url: servers.clickhouse.url,
  queryTimeoutMs: 60_000,
});

try {
  const [{ url }] = await Promise.all([platform.start('collector'), platform.start('processor')]);
  console.log(`node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model.trim()})\n`);
  let sent = 30 * size;
  await send({ url, key, size, concurrency: 4, count: 30 });
  await caughtUp(sent);

  console.log(
    'concurrency   events/s   answer p50   p95      p99        stored events/s, all of it',
  );
  for (const concurrency of values.concurrency.split(',').map(Number)) {
    const startedAt = performance.now();
    const run = await send({ url, key, size, concurrency, count: batches });
    sent += batches * size;
    await caughtUp(sent);
    const storedIn = (performance.now() - startedAt) / 1_000;
    const at = (q) => `${quantile(run.latencies, q).toFixed(1)} ms`.padEnd(9);
    console.log(
      `${String(concurrency).padEnd(14)}${perSecond(run.seconds).padEnd(11)}${at(0.5).padEnd(13)}${at(0.95)}${at(0.99)}  ${perSecond(storedIn)}`,
    );
  }

  const freshness = await measureFreshness(url, key);
  sent += freshness.sent;
  const at = (q) => `${quantile(freshness.waits, q).toFixed(0)} ms`;
  console.log(
    `\nfrom answer to seen by a question, at ${rate} events/s: p50 ${at(0.5)}, p95 ${at(0.95)}, max ${at(1)} of ${freshness.waits.length}`,
  );
  await caughtUp(sent);
  const { rows, ids } = await count();
  console.log(`sent ${sent}, stored ${ids} (${rows} rows)`);
  if (ids !== sent || rows !== sent) process.exitCode = 1;
} finally {
  await eventStore.close();
  await platform.close();
}

function perSecond(duration) {
  return String(Math.round((batches * size) / duration));
}

async function count() {
  const [row] = await eventStore.query({
    sql: 'SELECT count() AS rows, uniqExact(event_id) AS ids FROM events FINAL',
    params: {},
  });
  return row;
}

async function caughtUp(expected) {
  for (let tries = 0; tries < 2_400; tries++) {
    const [{ n }] = await eventStore.query({ sql: 'SELECT count() AS n FROM events', params: {} });
    if (n >= expected) return;
    await sleep(50);
  }
  throw new Error(`not all of ${expected} events were stored within two minutes`);
}

/** A steady stream of small batches; of each the last event is looked for until it is found. */
async function measureFreshness(url, key) {
  const each = 10;
  const agent = new Agent({ keepAlive: true });
  const waits = [];
  const looking = [];
  const total = Math.floor((seconds * rate) / each);
  for (let number = 0; number < total; number++) {
    const startedAt = performance.now();
    const batch = makeBatch(each);
    await post(`${url}/v1/batch`, gzipSync(JSON.stringify(batch)), key, agent);
    const answeredAt = performance.now();
    // Looking costs the engine, too: every twenty-fifth batch is looked for.
    if (number % 25 === 0) looking.push(look(batch.events.at(-1).event_id, answeredAt, waits));
    await sleep(Math.max(0, (1_000 * each) / rate - (performance.now() - startedAt)));
  }
  await Promise.all(looking);
  agent.destroy();
  return { sent: total * each, waits: waits.sort((a, b) => a - b) };
}

async function look(id, since, waits) {
  for (;;) {
    const rows = await eventStore.query({
      sql: 'SELECT 1 FROM events WHERE event_id = {id:UUID}',
      params: { id },
    });
    if (rows.length > 0) break;
    await sleep(20);
  }
  waits.push(performance.now() - since);
}
