// What a stored event takes and costs: bytes on disk by table against its JSON, and what a million of them cost. Prices and the
// collector's share are given; the rest is measured. Takes about a minute and a half.
//
//   npm run bench:processor:storage --workspace bench -- [--events 100000] [--batch 20000] [--collector-us 28] [--copies 1]
//     [--months 12] [--core-hour 0.04] [--gb-month 0.10]
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { runStatement } from '../lib/clickhouse.mjs';
import { openProcessor } from './processor.mjs';
import { openStores } from './stores.mjs';
import { tableSizes } from './table-sizes.mjs';
import { createTraffic } from './traffic.mjs';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '100000' },
    batch: { type: 'string', default: '20000' },
    // Events of a gzip batch of an SDK, for what they take on the wire.
    sent: { type: 'string', default: '20' },
    // 35,497 events a second on a core: the collector's own bench, batches of 100.
    'collector-us': { type: 'string', default: '28' },
    // Assumptions, no prices of anybody: € for a core and hour, € for a GB and month.
    'core-hour': { type: 'string', default: '0.04' },
    'gb-month': { type: 'string', default: '0.10' },
    months: { type: 'string', default: '12' },
    copies: { type: 'string', default: '1' },
  },
});
const number = (name) => Number(values[name]);
const log = { info() {}, warn: (_, message) => console.warn(message), error: console.error };

const stores = await openStores({ kind: 'servers', views: 'all', log });
const processor = await openProcessor(stores, { log });
const traffic = createTraffic({ start: Date.now() - 600_000 });
try {
  const spent = { processor: 0, engine: 0, postgres: 0 };
  const texts = { sent: 0, gzip: 0, record: 0 };
  let events = 0;
  for (; events < number('events'); events += number('batch')) {
    const records = traffic.next(number('batch'));
    weigh(records, texts);
    const before = stores.cpuSeconds();
    const cpu = process.cpuUsage();
    await processor.process(records);
    const { user, system } = process.cpuUsage(cpu);
    spent.processor += (user + system) / 1e6;
    spent.engine += stores.cpuSeconds().engine - before.engine;
    spent.postgres += stores.cpuSeconds().postgres - before.postgres;
  }
  console.log(`${events} events in batches of ${values.batch}, load ${loadavg()[0].toFixed(1)}\n`);
  const bytes = await tellBytes(events, texts);
  tellCost(events, spent, bytes);
} finally {
  await processor.close();
  await stores.close();
}

/** What clients send, alone and as a batch is on the wire, and what the log holds. */
function weigh(records, texts) {
  const events = records.map(({ event }) => event);
  for (let at = 0; at < events.length; at += number('sent')) {
    const text = JSON.stringify(events.slice(at, at + number('sent')));
    texts.sent += text.length;
    texts.gzip += gzipSync(text).length;
  }
  texts.record += JSON.stringify(records).length;
}

/** Bytes an event in all tables, once parts are merged. */
async function tellBytes(events, { sent, gzip, record }) {
  for (const { table } of await tableSizes(stores.clickhouseUrl))
    await runStatement(stores.clickhouseUrl, `OPTIMIZE TABLE ${table} FINAL`);
  const tables = await tableSizes(stores.clickhouseUrl);
  const all = tables.reduce((sum, { bytes }) => sum + bytes, 0);
  const line = (name, bytes) =>
    console.log(
      `${name.padEnd(44)}${(bytes / events).toFixed(1).padStart(8)} bytes an event, ${((100 * bytes) / sent).toFixed(1)} % of its JSON`,
    );
  line('as JSON, as its client sends it', sent);
  line(`the same, gzipped in batches of ${values.sent}`, gzip);
  line('its record in the log, as JSON', record);
  for (const { table, bytes } of tables) if (bytes > events / 20) line(`table ${table}`, bytes);
  line('all tables of ClickHouse', all);
  return all / events;
}

/** The sums are shown with what they are made of, so that anybody's prices can stand in them. */
function tellCost(events, spent, bytes) {
  const perMillion = (seconds) => (seconds / events) * 1e6;
  const cpu = {
    collector: number('collector-us'),
    processor: perMillion(spent.processor),
    engine: perMillion(spent.engine),
    Postgres: perMillion(spent.postgres),
  };
  const seconds = Object.values(cpu).reduce((sum, each) => sum + each, 0);
  const parts = Object.entries(cpu).map(([name, each]) => `${name} ${each.toFixed(0)}`);
  const gigabytes = (bytes * 1e6) / 1e9;
  const work = (seconds / 3_600) * number('core-hour');
  const kept = gigabytes * number('copies') * number('months') * number('gb-month');
  console.log(`\na million events: ${seconds.toFixed(0)} CPU seconds (${parts.join(', ')})`);
  console.log(`  × ${values['core-hour']} € a core and hour (assumed) = ${work.toFixed(5)} €`);
  console.log(
    `  ${gigabytes.toFixed(4)} GB × ${values.copies} copies × ${values.months} months × ${values['gb-month']} € a GB and month (assumed) = ${kept.toFixed(5)} €`,
  );
  console.log(`  = ${(work + kept).toFixed(5)} €, without Kafka, Redis, traffic and idle cores`);
}
