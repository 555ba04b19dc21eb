// Which column type should hold an event's properties? docs/adr/0004-properties-column.md tells
// what was decided from these figures. Run it from anywhere, it takes about twenty seconds:
//
//   node packages/store/bench/properties-column.mjs [rows per type, default 40000]
//
// Each type gets the same rows through the same client and engine as the embedded event store.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';

const ROWS = Number(process.argv[2] ?? 40_000);
const SMALL = 100;
const LARGE = 5_000;
const NAMES = [
  'page_view',
  'click',
  'signup_step',
  'add_to_cart',
  'checkout',
  'error',
  'feedback',
  'search',
];

const TYPES = {
  'Map(LowCardinality(String), String)': 'map',
  'Map(String, String)': 'map',
  'JSON(max_dynamic_paths = 0)': 'json',
  'JSON(max_dynamic_paths = 8)': 'json',
  'JSON(max_dynamic_paths = 16)': 'json',
  'JSON(max_dynamic_paths = 64)': 'json',
  'JSON(max_dynamic_paths = 16, step String, price Float64, plan String)': 'json',
};

const path = mkdtempSync(join(tmpdir(), 'px-bench-'));
const client = createClient({ connection: createChdbConnection({ path }) });
try {
  const random = mulberry32(7);
  const all = Array.from({ length: ROWS }, (_, index) => eventOf(index, random));
  await measure('Map(String, String)', 'map', all.slice(0, 10_000)); // warms the engine up
  const results = [];
  for (const [type, kind] of Object.entries(TYPES)) results.push(await measure(type, kind, all));
  const [{ version }] = await rows('SELECT version() AS version');
  console.log(`\nClickHouse ${version}, ${ROWS} rows a type, Node ${process.version}`);
  console.table(Object.fromEntries(results));
} finally {
  await client.close();
  rmSync(path, { recursive: true, force: true });
}

async function measure(type, kind, events) {
  await client.command({ query: 'DROP TABLE IF EXISTS t' });
  await client.command({
    query: `CREATE TABLE t (tenant LowCardinality(String), name LowCardinality(String), ts DateTime64(3, 'UTC'),
      id UInt64, p ${type}) ENGINE = ReplacingMergeTree ORDER BY (tenant, toDate(ts), name, ts, id)`,
  });
  const values = kind === 'json' ? events : events.map((event) => ({ ...event, p: flat(event.p) }));
  const smallCalls = 40;
  const small = await timed(() => insertAll(values.slice(0, smallCalls * SMALL), SMALL));
  const large = await timed(() => insertAll(values.slice(smallCalls * SMALL), LARGE));
  const merge = await timed(() => client.command({ query: 'OPTIMIZE TABLE t FINAL' }));
  const [{ bytes }] = await rows(
    `SELECT sum(bytes_on_disk) AS bytes FROM system.parts
      WHERE database = currentDatabase() AND table = 't' AND active`,
  );
  const asText = (key) => (kind === 'json' ? `p.${key}::String` : `p['${key}']`);
  const asNumber = (key) =>
    kind === 'json' ? `p.${key}::Float64` : `toFloat64OrZero(p['${key}'])`;
  const result = {
    '100 rows/s': Math.round((smallCalls * SMALL) / (small / 1_000)),
    '5k rows/s': Math.round((ROWS - smallCalls * SMALL) / (large / 1_000)),
    'merge ms': Math.round(merge),
    MB: Number((bytes / 1e6).toFixed(2)),
    'group ms': await median(`SELECT ${asText('plan')} AS k, count() FROM t GROUP BY k`),
    'filter ms': await median(`SELECT count() FROM t WHERE ${asText('step')} = 'card'`),
    'sum ms': await median(`SELECT sum(${asNumber('price')}) FROM t WHERE name = 'checkout'`),
    'rare ms': await median(`SELECT count() FROM t WHERE ${asText('rare_77')} = 'x'`),
    'whole ms': await median(`SELECT p FROM t WHERE tenant = 't3' ORDER BY ts DESC LIMIT 100`),
  };
  if (kind === 'json') {
    const key = { key: 'plan' };
    result['{Identifier} ms'] = await median(
      'SELECT p.{key:Identifier}::String AS k, count() FROM t GROUP BY k',
      key,
    );
    result['getSubcolumn ms'] = await median(
      'SELECT getSubcolumn(p, {key:String})::String AS k, count() FROM t GROUP BY k',
      key,
    );
  }
  console.log(type);
  return [type, result];
}

async function insertAll(values, size) {
  for (let start = 0; start < values.length; start += size) {
    await client.insert({
      table: 't',
      values: values.slice(start, start + size),
      format: 'JSONEachRow',
      clickhouse_settings: { async_insert: 0 },
    });
  }
}

async function rows(query, params = {}) {
  const answer = await client.query({ query, query_params: params, format: 'JSONEachRow' });
  return answer.json();
}

async function median(query, params) {
  const times = [];
  for (let run = 0; run < 7; run += 1) times.push(await timed(() => rows(query, params)));
  return Number(times.sort((a, b) => a - b)[3].toFixed(1));
}

async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** What an event of a shop looks like: common keys, keys of its kind, and one of 300 rare ones. */
function eventOf(index, random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const name = pick(NAMES);
  const own = {
    page_view: { section: pick(['home', 'list', 'item']), position: Math.floor(random() * 20) },
    click: {
      text: pick(['Buy', 'Next', 'Back']),
      selector: `#b${Math.floor(random() * 500)}`,
      x: Math.floor(random() * 1_000),
      y: Math.floor(random() * 2_000),
    },
    signup_step: {
      step: pick(['email', 'address', 'card']),
      error: pick([null, 'declined', 'invalid']),
      attempts: Math.floor(random() * 4),
    },
    add_to_cart: {
      sku: `sku-${Math.floor(random() * 5_000)}`,
      price: Math.round(random() * 1e4) / 100,
      quantity: 1,
    },
    checkout: {
      price: Math.round(random() * 1e5) / 100,
      currency: pick(['BRL', 'USD']),
      coupon: random() < 0.2,
      items: [{ sku: 'a', n: 1 }],
    },
    error: {
      message: `x is undefined at ${Math.floor(random() * 90)}`,
      line: Math.floor(random() * 900),
      stack: 'at f (app.js)\nat g',
    },
    feedback: { score: Math.floor(random() * 11), comment: 'the card form forgot what I typed' },
    search: { query: `shoes ${Math.floor(random() * 3_000)}`, results: Math.floor(random() * 99) },
  };
  return {
    tenant: `t${index % 20}`,
    name,
    ts: 1_760_000_000_000 + index * 37,
    id: index,
    p: {
      plan: pick(['free', 'pro', 'team']),
      variant: pick(['a', 'b']),
      release: `1.${Math.floor(random() * 30)}.0`,
      logged_in: random() < 0.5,
      ...own[name],
      ...(random() < 0.3 ? { [`rare_${Math.floor(random() * 300)}`]: pick(['x', 'y']) } : {}),
    },
  };
}

/** Properties as a map takes them: every value a text. */
function flat(properties) {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

/** Small seeded generator, so that every run and every type gets the same rows. */
function mulberry32(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}
