// How the event store grows: a site of a million events a day, for a day, ten days, a hundred. How fast rows go in, what an event
// takes on disk, how long questions take. Rows are made in the engine itself, through the tables and views of the migrations.
// Ten million rows take some ten minutes; a hundred million an hour or two, and some 20 GB while parts are merged.
//
//   npm run bench:processor:growth --workspace bench -- [--rows 1000000,10000000] [--url http://user:password@host:8123] [--questions 3] [--slim]
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { canonicalUserId, HOUR_SETTLES_MS } from '@px-platform/store';
import { migrateClickHouse, openClickHouseEventStore } from '@px-platform/store/clickhouse';
import { openClickHouse } from '@px-platform/test-services';
import { runStatement } from '../lib/clickhouse.mjs';
import { cpuSecondsOf } from '../lib/cpu.mjs';
import { quantile } from '../lib/send.mjs';
import { tableSizes } from './table-sizes.mjs';

const { analyses } = await import(
  new URL('../../packages/insights/dist/index.js', import.meta.url)
);
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000,10000000' },
    url: { type: 'string' },
    questions: { type: 'string', default: '3' },
    slim: { type: 'boolean', default: false },
  },
});

/** Those that are answered without `events`. */
const isSlim = ([name, { by, event }]) =>
  ['event-count', 'trend', 'retention'].includes(name) &&
  by === undefined &&
  (name !== 'event-count' || event !== undefined);

/** THE list of questions: an analysis of packages/insights, and what it is asked. */
const QUESTIONS = [
  ['event-count', { since: '24h' }],
  ['event-count', { since: '30d', event: 'product_added' }],
  ['event-count', { since: '30d', by: 'page_path' }],
  ['event-count', { since: '365d', by: 'price', event: 'product_viewed' }],
  ['trend', { since: '90d', event: 'product_added' }],
  ['trend', { since: '90d' }],
  ['trend', { since: '90d', event: 'page_view', timezone: 'America/Sao_Paulo' }],
  ['trend', { since: '7d', event: 'page_view', timezone: 'Asia/Kolkata' }],
  ['retention', { event: 'product_viewed' }],
  ['timeline', { anonymous_id: 'somebody' }],
  ['sessions', { since: '24h' }],
  ['sessions', { since: '30d', by: 'browser' }],
];

const DAY_MS = 86_400_000;
const PER_DAY = 1_000_000;
/** The fifth person, as they are known by what was sent. */
const SOMEBODY = canonicalUserId('shop', 'anonymous', 'somebody');
const PER_INSERT = 500_000;
/** What says which event it is, whose and when. */
const KEYS = `SELECT 'acme', 'shop',
  generateUUIDv7(n), names[1 + if(n % 20 = 0, 0, chance % 20)] AS name,
  if(who = 5, toUUID('${SOMEBODY}'), reinterpret(sipHash128('person', who), 'UUID')),
  concat(substring(began, 1, 8), '-', substring(began, 9, 4), '-7', substring(mark, 1, 3), '-8', substring(mark, 4, 3), '-', substring(mark, 7, 12)),
  at, at, at + INTERVAL 400 MILLISECOND, n % 20, who`;
const scope = { tenant_id: 'acme', project_id: 'shop' };
const sizes = values.rows.split(',').map(Number);
const started = Date.now() - (Math.max(...sizes) / PER_DAY) * DAY_MS;

const server = values.url ? null : await openClickHouse({ isOwn: true });
const url = values.url ?? server?.url;
if (!url) throw new Error('the bench needs the engine: see above what is missing');
await migrateClickHouse({ url });
if (values.slim) await feedSlimTables();
/** Hours are counted once they were left alone for five minutes: here at once. */
const eventStore = openClickHouseEventStore({
  url,
  queryTimeoutMs: 300_000,
  insertTimeoutMs: 300_000,
  clock: () => Date.now() + HOUR_SETTLES_MS,
});

try {
  console.log(`load ${loadavg()[0].toFixed(1)}`);
  let rows = 0;
  for (const size of sizes) {
    const inserted = await grow(rows, size);
    rows = size;
    console.log(`\n${size.toLocaleString('en')} events`);
    console.log(
      `  inserted ${inserted.perSecond.toLocaleString('en')} rows/s at the end, ${inserted.cpu} µs of the engine's CPU a row`,
    );
    const tables = await tableSizes(url);
    const all = tables.reduce((sum, { bytes }) => sum + bytes, 0);
    console.log(`  ${(all / size).toFixed(1)} bytes an event in all tables`);
    for (const { table, rows: held, bytes, parts } of tables)
      console.log(
        `    ${table.padEnd(22)}${(bytes / size).toFixed(1).padStart(7)} bytes an event, ${held.toLocaleString('en')} rows in ${parts} parts`,
      );
    // Asked when the last of them has just come.
    const at = started + (size / PER_DAY) * DAY_MS;
    await tellCounting();
    const questions = values.slim ? QUESTIONS.filter(isSlim) : QUESTIONS;
    for (const [name, input] of questions) await tellOf(name, input, at);
    await tellFunnel(7, at);
    await tellFunnel(30, at);
  }
} finally {
  await eventStore.close();
  await server?.stop();
}

/** Inserts until there are so many rows. Rates are of the last tenth, when the table is as large as it gets. */
async function grow(from, to) {
  const last = to - Math.max(PER_INSERT, (to - from) / 10);
  let startedAt = performance.now();
  let cpu = cpuOfEngine();
  let counted = 0;
  for (let at = from; at < to; at += PER_INSERT) {
    if (at >= last && counted === 0) [startedAt, cpu] = [performance.now(), cpuOfEngine()];
    const count = Math.min(PER_INSERT, to - at);
    await runStatement(url, insertOf(at, count), { max_insert_threads: 1, async_insert: 0 });
    if (at >= last) counted += count;
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const spent = cpuOfEngine() - cpu;
  await linkPeople(to);
  return {
    perSecond: Math.round(counted / seconds),
    cpu: server ? ((spent * 1e6) / counted).toFixed(1) : 'unknown',
  };
}

/** As the processor does, of all hours there are. Rows that are made in the engine mark none. */
async function tellCounting() {
  await runStatement(
    url,
    `INSERT INTO hour_marks SELECT DISTINCT tenant_id, project_id, toStartOfHour(toDateTime(timestamp, 'UTC')), ${Date.now()}, 0
       FROM steps`,
  );
  const startedAt = performance.now();
  let hours = 0;
  for (let counted = -1; counted !== 0; hours += counted)
    counted = await eventStore.countHours(2_000);
  const seconds = (performance.now() - startedAt) / 1_000;
  console.log(`  counted ${hours} hours in ${seconds.toFixed(1)} s`);
}

/** Feeds the slim tables from rows that are kept nowhere, by the selects of their own views. */
async function feedSlimTables() {
  await runStatement(url, 'CREATE TABLE events_passed AS events ENGINE = Null');
  for (const table of ['steps', 'timeline']) {
    const select = await runStatement(
      url,
      `SELECT as_select FROM system.tables WHERE database = currentDatabase() AND name = '${table}_feed' FORMAT TSVRaw`,
    );
    const passed = select.replace(/FROM (\w+\.)?events\b/, 'FROM $1events_passed');
    await runStatement(url, `CREATE MATERIALIZED VIEW ${table}_passed TO ${table} AS ${passed}`);
  }
}

/** Who went how far within a week, by their numbers: what a question about funnels will read. */
async function tellFunnel(days, now) {
  const names = ['product_viewed', 'product_added', 'form_submit', 'page_leave'];
  const sql = `
    SELECT level, count() AS people FROM (
      SELECT person, windowFunnel(604800000)(toUInt64(toUnixTimestamp64Milli(timestamp)), ${names.map((name) => `event_name = '${name}'`).join(', ')}) AS level
      FROM steps FINAL
      WHERE tenant_id = {tenant_id:String} AND project_id = {project_id:String} AND event_name IN {names:Array(String)}
        AND timestamp >= fromUnixTimestamp64Milli({since:Int64}) AND timestamp < fromUnixTimestamp64Milli({now:Int64})
      GROUP BY person) GROUP BY level`;
  const params = { ...scope, names, since: Math.round(now - days * DAY_MS), now: Math.round(now) };
  await tellTimes(`a funnel of four steps, ${days} days`, () => eventStore.query({ sql, params }));
}

function cpuOfEngine() {
  return (server?.process && cpuSecondsOf(server.process.pid)) ?? 0;
}

function tellOf(name, input, now) {
  const analysis = analyses.find((each) => each.name === name);
  return tellTimes(`${name} ${JSON.stringify(input)}`, () =>
    analysis.ask({ eventStore, scope, input, now }),
  );
}

async function tellTimes(what, ask) {
  const times = [];
  for (let round = 0; round <= Number(values.questions); round += 1) {
    const startedAt = performance.now();
    await ask();
    times.push(performance.now() - startedAt);
  }
  const [first, ...later] = times;
  const median = quantile(
    later.sort((a, b) => a - b),
    0.5,
  );
  console.log(
    `  ${what.padEnd(70)}${median.toFixed(0).padStart(7)} ms, at first ${first.toFixed(0)} ms`,
  );
}

/**
 * Events `from` to `from + count` in the order of their time. Twenty of a visit one after the other, five seconds apart and
 * beside other visits; a visit is of somebody drawn from all who came so far; pages as popular as pages are.
 */
function insertOf(from, count) {
  const events = `
WITH
  number + ${from} AS n,
  intDiv(n, 20) AS visit,
  cityHash64(n) AS chance,
  cityHash64('visit', visit) AS visit_chance,
  1 + visit_chance % (30000 + intDiv(visit, 5)) AS who,
  concat('a-', lower(hex(sipHash128(who)))) AS device,
  toUInt64(${Math.round(started)} + visit * ${20 * (DAY_MS / PER_DAY)} + (n % 20) * 5000) AS ms,
  fromUnixTimestamp64Milli(toInt64(ms), 'UTC') AS at,
  -- The UUIDv7 of the visit's first moment, as an SDK makes it.
  lower(hex(ms - (n % 20) * 5000)) AS began,
  lower(hex(sipHash128('visit', visit))) AS mark,
  toUInt32(pow(10, 3.7 * (chance % 10000) / 10000)) AS page,
  concat('/product/', toString(page)) AS path,
  ['page_view', 'page_view', 'page_view', 'click', 'click', 'click', 'click', 'scroll', 'scroll', 'scroll', 'product_viewed',
   'product_viewed', 'product_viewed', 'performance', 'performance', 'page_leave', 'page_leave', 'product_added', 'form_submit', 'error'] AS names`;
  if (values.slim) {
    return `
INSERT INTO events_passed (tenant_id, project_id, event_id, event_name, user_id, session_id, timestamp, client_timestamp, received_at,
  seq, person, page_template)
${events}
${KEYS}, '/product/:id'
FROM numbers(${count})`;
  }
  return `
INSERT INTO events (tenant_id, project_id, event_id, event_name, user_id, session_id, timestamp, client_timestamp, received_at,
  seq, person, distinct_id, anonymous_id, is_identified, properties, clock, user_agent, ip_address, geo_country, device_type,
  browser, browser_version, os, os_version, page_url, page_host, page_path, page_template, page_title, referrer, referrer_host,
  referrer_class, utm_source, utm_medium, locale, timezone, sdk_name, sdk_version, schema_version)
${events}
${KEYS}, device, device, false,
  multiIf(
    name IN ('product_viewed', 'product_added'), concat('{"product_id":"sku-', toString(page), '","name":"Blue shoes","price":',
      toString(chance % 20000 / 100), ',"currency":"EUR","list.name":"catalogue","list.position":', toString(chance % 40), ',"in_stock":true}'),
    name = 'click', concat('{"selector":"main > section:nth-of-type(', toString(chance % 6), ') > a.card","text":"Details","tag":"a","x":',
      toString(chance % 1280), ',"y":', toString(chance % 4001), '}'),
    name = 'performance', concat('{"metric":"LCP","value":', toString(chance % 40000 / 10), ',"rating":"good"}'),
    concat('{"depth":', toString(chance % 100), '}'))::JSON(max_dynamic_paths = 16),
  'client', concat('Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/', toString(121 + visit_chance % 20),
    '.0.0.0 Safari/537.36'), concat('h_', lower(hex(sipHash64(who)))), ['PT', 'BR', 'DE', 'US'][1 + visit_chance % 4],
  ['desktop', 'mobile'][1 + visit_chance % 2], ['Chrome', 'Safari', 'Firefox'][1 + visit_chance % 3], toString(121 + visit_chance % 20),
  ['Windows', 'macOS', 'Android', 'iOS'][1 + visit_chance % 4], toString(10 + visit_chance % 8),
  concat('https://shop.example', path), 'shop.example', path, '/product/:id', concat('Shop · ', path),
  if(n % 20 = 0, 'https://www.google.com/', 'https://shop.example/'), if(n % 20 = 0, 'www.google.com', ''), 'search',
  if(visit_chance % 3 = 0, 'news', ''), if(visit_chance % 3 = 0, 'email', ''), 'en-GB', 'Europe/Lisbon', 'sdk-web', '0.1.0', 1
FROM numbers(${count})`;
}

/** Every seventh person signed in once: what they did before is somebody else's by name. */
function linkPeople(rows) {
  const people = 30_000 + Math.floor(rows / 20 / 5);
  return runStatement(
    url,
    `INSERT INTO person_links (tenant_id, project_id, from_user_id, from_person, to_user_id, to_person, linked_at, event_id)
     SELECT 'acme', 'shop', reinterpret(sipHash128('person', number), 'UUID'), number,
       reinterpret(sipHash128('known', number), 'UUID'), number + 100000000, fromUnixTimestamp64Milli(${Math.round(started)} + number),
       reinterpret(sipHash128('link', number), 'UUID')
     FROM numbers(${people}) WHERE number % 7 = 1`,
  );
}
