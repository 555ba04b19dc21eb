// How much of what this runtime can do `px collector` does: events for each second of CPU, beside the ceiling (the same server
// with nothing but gunzip, JSON.parse and produce) and beside an express route that parses and keeps nothing; latency at
// a share of what this machine can take; memory under load. Contenders take turns, so that a noisy machine is noisy to all.
//
//   node bench/collector/run.mjs [--sizes 1,20,100,500] [--rounds 5] [--seconds 2] [--latency-seconds 15]
//                                [--minutes 0] [--json]
import { Agent } from 'node:http';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { openBuiltPlatform } from '../lib/platform.mjs';
import { makeBatch, post, quantile } from '../lib/send.mjs';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1,20,100,500' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    'latency-seconds': { type: 'string', default: '15' },
    minutes: { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
  },
});
const NAMES = ['collector', 'ceiling', 'express'];
const CONCURRENCY = 8;
const SIZE = 100;
const [rounds, seconds, latencySeconds, minutes] = [
  'rounds',
  'seconds',
  'latency-seconds',
  'minutes',
].map((name) => Number(values[name]));
const print = values.json ? () => {} : console.log;

const platform = await openBuiltPlatform();
const { writeKey: key } = platform;
try {
  const report = await measure();
  if (values.json) console.log(JSON.stringify(report, null, 2));
} finally {
  await platform.close();
}

async function measure() {
  const script = fileURLToPath(new URL('./server.mjs', import.meta.url));
  const urls = {
    collector: (await platform.start('collector')).url,
    ceiling: await platform.startScript(script, 'ceiling'),
    express: await platform.startScript(script, 'express'),
  };
  print(
    `node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model.trim()}), ${rounds} rounds of ${seconds} s\n`,
  );
  const throughput = await measureThroughput(urls);
  const { collector } = urls;
  const latency = latencySeconds > 0 ? await measureLatency(collector) : null;
  const memory = minutes > 0 ? await measureMemory(collector, latency?.saturation) : null;
  return { node: process.version, throughput, latency, memory };
}

async function measureThroughput(urls) {
  print('events/s for a core (median; in brackets the range)\n');
  print(`batch   ${NAMES.map((name) => name.padEnd(28)).join('')}of the ceiling   of express`);
  const found = [];
  for (const size of values.sizes.split(',').map(Number)) {
    const bodies = makeBodies(size);
    const runs = Object.fromEntries(NAMES.map((name) => [name, []]));
    for (const name of NAMES) await load(urls[name], { bodies, size, forMs: 1_000 });
    for (let round = 0; round < rounds; round++) {
      // Whoever is first meets another machine than whoever is last.
      const order = NAMES.map((_, place) => NAMES[(place + round) % NAMES.length]);
      for (const name of order)
        runs[name].push(await load(urls[name], { bodies, size, forMs: seconds * 1_000 }));
    }
    const perCore = (name) => runs[name].map((run) => run.events / (run.cpuMs / 1_000));
    const ratioTo = (other) =>
      median(perCore('collector').map((each, round) => each / perCore(other)[round]));
    const line = {
      size,
      perCore: Object.fromEntries(NAMES.map((name) => [name, Math.round(median(perCore(name)))])),
      ofCeiling: ratioTo('ceiling'),
      ofExpress: ratioTo('express'),
    };
    found.push(line);
    const told = NAMES.map((name) => {
      const [least, most] = [Math.min, Math.max].map((of) => Math.round(of(...perCore(name))));
      return `${line.perCore[name]} (${least}–${most})`.padEnd(28);
    });
    print(
      `${String(size).padEnd(8)}${told.join('')}${percent(line.ofCeiling).padEnd(17)}${percent(line.ofExpress)}`,
    );
  }
  return found;
}

/** As many requests as are answered, a few at a time. */
async function load(url, { bodies, size, forMs }) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  const before = await costOf(url);
  const startedAt = performance.now();
  let sent = 0;
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      while (performance.now() - startedAt < forMs) {
        const answer = await post(`${url}/v1/batch`, bodies[sent++ % bodies.length], key, agent);
        if (answer.accepted !== size) throw new Error(JSON.stringify(answer).slice(0, 300));
      }
    }),
  );
  const wallMs = performance.now() - startedAt;
  const after = await costOf(url);
  agent.destroy();
  return { events: sent * size, wallMs, cpuMs: after.cpuMs - before.cpuMs };
}

/** At a rate that does not ask whether the last one was answered; late is late, from when it should have been sent. */
async function pace(url, { bodies, size, perSecond, forMs, onTick = async () => {} }) {
  const agent = new Agent({ keepAlive: true });
  const latencies = [];
  const everyMs = (1_000 * size) / perSecond;
  const under = new Set();
  const startedAt = performance.now();
  for (let number = 0; number * everyMs < forMs; number++) {
    const dueAt = startedAt + number * everyMs;
    const early = dueAt - performance.now();
    if (early > 1) await sleep(early);
    const asked = post(`${url}/v1/batch`, bodies[number % bodies.length], key, agent)
      .then(({ accepted }) => {
        if (accepted !== size) throw new Error('not all were accepted');
        latencies.push(performance.now() - dueAt);
      })
      .finally(() => under.delete(asked));
    under.add(asked);
    await onTick();
  }
  await Promise.all(under);
  agent.destroy();
  return latencies.sort((a, b) => a - b);
}

async function measureLatency(url) {
  const bodies = makeBodies(SIZE);
  const { events, wallMs } = await load(url, { bodies, size: SIZE, forMs: 5_000 });
  const saturation = events / (wallMs / 1_000);
  print(
    `\n${SIZE}-event batches: ${Math.round(saturation)} events/s are all that this machine takes\n`,
  );
  print('share   events/s   p50        p95        p99        max');
  const shares = [];
  for (const share of [0.3, 0.6, 0.9]) {
    const perSecond = saturation * share;
    const latencies = await pace(url, {
      bodies,
      size: SIZE,
      perSecond,
      forMs: latencySeconds * 1_000,
    });
    const [p50, p95, p99, max] = [0.5, 0.95, 0.99, 1].map((q) => quantile(latencies, q));
    shares.push({ share, perSecond: Math.round(perSecond), p50, p95, p99, max });
    const told = [p50, p95, p99, max].map((ms) => `${ms.toFixed(1)} ms`.padEnd(11)).join('');
    print(`${percent(share).padEnd(8)}${String(Math.round(perSecond)).padEnd(11)}${told}`);
  }
  return { saturation, shares };
}

async function measureMemory(url, saturation = 10_000) {
  const bodies = makeBodies(SIZE);
  const samples = [];
  const startedAt = performance.now();
  let nextAt = 0;
  await pace(url, {
    bodies,
    size: SIZE,
    perSecond: saturation * 0.6,
    forMs: minutes * 60_000,
    async onTick() {
      const at = performance.now() - startedAt;
      if (at < nextAt) return;
      nextAt = at + 1_000;
      samples.push({ at, ...(await costOf(url)) });
    },
  });
  // The first fifth is for what is made once: compiled code, pools, caches. Of the heap the least of ten seconds counts: what
  // is left when its garbage was just collected.
  const settled = samples.slice(Math.floor(samples.length / 5)).map((sample, index, all) => ({
    ...sample,
    heap: Math.min(...all.slice(Math.max(0, index - 9), index + 1).map(({ heap }) => heap)),
  }));
  const told = ['rss', 'heap', 'external'].map((name) => {
    const perMinute = slope(settled.map((sample) => [sample.at / 60_000, sample[name] / 2 ** 20]));
    const last = settled.at(-1)[name] / 2 ** 20;
    return { name, mib: last, mibPerMinute: perMinute };
  });
  print(`\nmemory after ${minutes} minutes at 60 %, and how it grew once settled\n`);
  for (const { name, mib, mibPerMinute } of told)
    print(
      `${name.padEnd(10)}${mib.toFixed(1).padStart(8)} MiB   ${mibPerMinute.toFixed(2)} MiB a minute`,
    );
  return told;
}

/** What a process tells of itself, as Prometheus would read it. */
async function costOf(url) {
  const text = await (await fetch(`${url}/metrics`)).text();
  const read = (name) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
  return {
    cpuMs: read('process_cpu_seconds_total') * 1_000,
    rss: read('process_resident_memory_bytes'),
    heap: read('nodejs_heap_size_used_bytes'),
    external: read('nodejs_external_memory_bytes'),
  };
}

/** Several, so that nobody learns one by heart. */
function makeBodies(size) {
  return Array.from({ length: 20 }, () => gzipSync(JSON.stringify(makeBatch(size))));
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (
    (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2
  );
}

/** By least squares. */
function slope(points) {
  const mean = (index) => points.reduce((sum, point) => sum + point[index], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const over = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return over / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}

function percent(share) {
  return `${Math.round(share * 100)} %`;
}
