// What the whole processor costs, from records of the log on: steps, masking, people, rows, links, traits, sessions, aggregates, with
// ClickHouse's engine and Postgres as servers beside it. No Kafka. CPU time, in µs an event; "thread" is how long the one thread
// was busy, which other processes on the machine lengthen.
//
//   npm run bench:processor:whole --workspace bench -- [--batch 500,5000,20000,50000] [--events 20000] [--rounds 3]
//     [--lanes 1] [--stores servers|none] [--views all|none]
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { quantile } from '../lib/send.mjs';
import { openProcessor } from './processor.mjs';
import { openStores } from './stores.mjs';
import { createTraffic } from './traffic.mjs';

const { values } = parseArgs({
  options: {
    batch: { type: 'string', default: '500,5000,20000,50000' },
    events: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '3' },
    lanes: { type: 'string', default: '1' },
    stores: { type: 'string', default: 'servers' },
    views: { type: 'string', default: 'all' },
  },
});
const [events, rounds, lanes] = ['events', 'rounds', 'lanes'].map((name) => Number(values[name]));
const log = { info() {}, warn: (_, message) => console.warn(message), error: console.error };
const FACTS = ['events/s', 'own CPU', 'thread', 'engine', 'Postgres'];

console.log(
  `node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model.trim()}), load ${loadavg()[0].toFixed(1)}`,
);
console.log(
  `${lanes} batches at a time; stores: ${values.stores}, views: ${values.views}; medians of ${rounds} rounds of ${events} events; µs an event\n`,
);
const stores = await openStores({ kind: values.stores, views: values.views, log });
const processor = await openProcessor(stores, { log });
// As partitions are: no person is in two.
const traffics = Array.from({ length: lanes }, (_, seed) =>
  createTraffic({ seed, rate: 5_000 / lanes, start: Date.now() - 600_000 }),
);

try {
  // What is read, compiled and remembered at first is no steady state.
  await measure(2_000, 20_000);
  for (const size of values.batch.split(',').map(Number)) {
    const runs = [];
    for (let round = 0; round < rounds; round += 1) runs.push(await measure(size, events));
    tell(size, runs);
  }
} finally {
  await processor.close();
  await stores.close();
}

/** One round: its facts, and the time of each stage. */
async function measure(size, count) {
  const total = { wall: 0, own: 0, busy: 0, engine: 0, postgres: 0 };
  processor.stages.take();
  globalThis.gc?.();
  let done = 0;
  for (; done < count; done += size * lanes) {
    // Made outside the clock.
    const batches = traffics.map((traffic) => traffic.next(size));
    const others = stores.cpuSeconds();
    const cpu = process.cpuUsage();
    const loop = performance.eventLoopUtilization();
    const startedAt = performance.now();
    processor.stages.start();
    await Promise.all(batches.map(processor.process));
    processor.stages.lap('rest');
    total.wall += performance.now() - startedAt;
    const { user, system } = process.cpuUsage(cpu);
    total.own += (user + system) / 1_000;
    total.busy += performance.eventLoopUtilization(loop).active;
    const { engine, postgres } = stores.cpuSeconds();
    total.engine += (engine - others.engine) * 1_000;
    total.postgres += (postgres - others.postgres) * 1_000;
  }
  const each = (ms) => (ms * 1_000) / done;
  const { wall, ...spent } = total;
  return {
    facts: [(done / wall) * 1_000, ...Object.values(spent).map(each)],
    stages: new Map([...processor.stages.take()].map(([name, ms]) => [name, each(ms)])),
  };
}

function tell(size, runs) {
  const median = (of) =>
    quantile(
      runs.map(of).sort((a, b) => a - b),
      0.5,
    );
  const facts = FACTS.map((name, index) => {
    const value = median(({ facts: found }) => found[index]);
    return `${name} ${index === 0 ? Math.round(value).toLocaleString('en') : value.toFixed(1)}`;
  });
  console.log(`batches of ${size}: ${facts.join(', ')}`);
  if (lanes > 1) return;
  const names = new Set(runs.flatMap((each) => [...each.stages.keys()]));
  const parts = [...names].map(
    (name) => `${name} ${median((each) => each.stages.get(name) ?? 0).toFixed(1)}`,
  );
  console.log(`  ${parts.join(' · ')}\n`);
}
