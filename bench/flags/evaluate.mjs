/**
 * What deciding a flag costs, beside other SDKs, in one process and in turns. Needs a build.
 *
 *   node --expose-gc --max-semi-space-size=128 bench/flags/evaluate.mjs [--flags 100] [--rounds 7] [--evaluations 1000000]
 */
import { parseArgs } from 'node:util';
import { bundle, sizesOf } from '../web-sdk/bundle.mjs';
import { median, quantile } from '../web-sdk/numbers.mjs';
import { documentOf, personOf } from './document.mjs';
import { EVALUATORS } from './evaluators.mjs';

const { values } = parseArgs({
  options: {
    flags: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '7' },
    evaluations: { type: 'string', default: '1000000' },
  },
});
const [flags, rounds, evaluations] = [values.flags, values.rounds, values.evaluations].map(Number);
if (!globalThis.gc) throw new Error('run it with node --expose-gc');

const document = documentOf(flags);
const keys = Object.keys(document.features);
const people = Array.from({ length: 1000 }, (_, person) => personOf(person));
const opened = [];
for (const { name, kind, open } of EVALUATORS) {
  const decide = await open(document);
  const found = decide(keys[0], people[0]);
  if (found === 'off' || typeof found !== 'string') throw new Error(`${name} gave ${found}`);
  opened.push({ name, kind, decide });
}
agree();

console.log(
  `${flags} flags of 10 rules, Node ${process.version}, medians of ${rounds} rounds in turns`,
);
console.table(times());
console.table(heap());
console.table(parsing());
console.table(await sizes());
// Clients of others keep timers.
process.exit(0);

/** Whoever decides by the same rules must say the same, or they are not doing the same work. */
function agree() {
  const [ours, theirs] = opened;
  for (const person of people)
    for (const key of keys)
      if (ours.decide(key, person) !== theirs.decide(key, person))
        throw new Error(`${key} differs for ${person.id}`);
}

/** µs of one evaluation: on average in a loop, and each by itself, of which the clock takes a part. */
function times() {
  const rows = new Map(
    opened.map(({ name, kind }) => [name, { kind, mean: [], p50: [], p99: [] }]),
  );
  const clock = [];
  // The first round is for the compiler.
  for (let round = -1; round < rounds; round++) {
    for (const { name, decide } of opened) {
      const { mean, p50, p99 } = rows.get(name);
      const started = process.hrtime.bigint();
      for (let index = 0; index < 20_000; index++)
        decide(keys[index % keys.length], people[Math.floor(index / keys.length) % people.length]);
      const total = Number(process.hrtime.bigint() - started);
      const each = [];
      for (let index = 0; index < 20_000; index++) {
        const key = keys[index % keys.length];
        const person = people[Math.floor(index / keys.length) % people.length];
        const before = process.hrtime.bigint();
        decide(key, person);
        each.push(Number(process.hrtime.bigint() - before));
      }
      if (round < 0) continue;
      mean.push(total / 20_000);
      p50.push(quantile(each, 0.5));
      p99.push(quantile(each, 0.99));
    }
    const empty = [];
    for (let index = 0; index < 20_000; index++) {
      const before = process.hrtime.bigint();
      empty.push(Number(process.hrtime.bigint() - before));
    }
    clock.push(quantile(empty, 0.5));
  }
  const ours = median(rows.get('PX').mean);
  const table = {};
  for (const [name, { kind, mean, p50, p99 }] of rows)
    table[name] = {
      kind,
      'mean µs': micro(median(mean)),
      'p50 µs': micro(median(p50)),
      'p99 µs': micro(median(p99)),
      'of PX': (median(mean) / ours).toFixed(2),
    };
  table['the clock alone'] = { 'p50 µs': micro(median(clock)) };
  return table;
}

/** What a million evaluations allocate, and what of it stays. */
function heap() {
  const table = {};
  for (const { name, decide } of opened) {
    const run = (count) => {
      for (let index = 0; index < count; index++)
        decide(keys[index % keys.length], people[Math.floor(index / keys.length) % people.length]);
    };
    run(100_000);
    const allocated = allocatedBy(run);
    globalThis.gc();
    const before = process.memoryUsage().heapUsed;
    run(evaluations);
    globalThis.gc();
    const growth = process.memoryUsage().heapUsed - before;
    table[name] = {
      evaluations,
      'bytes allocated by each': allocated.toFixed(0),
      'growth KiB': (growth / 1024).toFixed(1),
    };
  }
  return table;
}

/** Bytes of one call: by how much the heap grows in runs that no collection cuts short. */
function allocatedBy(run) {
  const count = 2_000;
  const grown = [];
  for (let round = 0; round < 50; round++) {
    globalThis.gc();
    const before = process.memoryUsage().heapUsed;
    run(count);
    const bytes = process.memoryUsage().heapUsed - before;
    if (bytes > 0) grown.push(bytes / count);
  }
  return median(grown);
}

/** A payload of a thousand flags, from text to its first verdict. */
function parsing() {
  const text = JSON.stringify(documentOf(1000));
  const only = [];
  const whole = { PX: [], GrowthBook: [] };
  for (let round = 0; round < 4 * rounds; round++) {
    let started = performance.now();
    JSON.parse(text);
    only.push(performance.now() - started);
    for (const { name, open } of EVALUATORS.slice(0, 2)) {
      started = performance.now();
      open(JSON.parse(text))('flag-999', people[0]);
      whole[name].push(performance.now() - started);
    }
  }
  const row = (numbers) => ({
    'payload KiB': (text.length / 1024).toFixed(0),
    ms: median(numbers).toFixed(2),
  });
  return {
    'JSON.parse alone': row(only),
    'PX, with the first verdict': row(whole.PX),
    'GrowthBook, with the first verdict': row(whole.GrowthBook),
  };
}

/** Bytes of what a page must load to decide a flag, bundled and minified alike. */
async function sizes() {
  const table = {};
  for (const [name, code] of Object.entries({
    'PX: evaluate': "export { evaluate } from '@px-platform/protocol/flags';",
    'PX: evaluate, evaluateExperiment':
      "export { evaluate, evaluateExperiment } from '@px-platform/protocol/flags';",
    'GrowthBook: GrowthBookClient': "export { GrowthBookClient } from '@growthbook/growthbook';",
    'LaunchDarkly: createClient': "export { createClient } from '@launchdarkly/js-client-sdk';",
    'Statsig: StatsigClient': "export { StatsigClient } from '@statsig/js-client';",
    'OpenFeature: OpenFeature, no provider': "export { OpenFeature } from '@openfeature/web-sdk';",
  })) {
    const { minBytes, gzipBytes } = sizesOf(await bundle(code));
    table[name] = { 'min bytes': minBytes, 'gzip bytes': gzipBytes };
  }
  return table;
}

function micro(nanoseconds) {
  return (nanoseconds / 1000).toFixed(2);
}
