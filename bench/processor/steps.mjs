// What the processor's steps cost: each by itself, then all together as the processor runs them, on one core, without stores.
// Events are parsed anew for every round, outside the clock, as they come from the log: no text has been seen before. The first
// round of a process is told by itself: it reads rules, and nothing is remembered yet.
//
//   npm run bench:processor --workspace bench -- [--events 20000] [--rounds 9]
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { quantile } from '../lib/send.mjs';
import { makeRecords } from './records.mjs';

const { createSteps, enrich, openGeo } = await import(
  new URL('../../packages/processor/dist/index.js', import.meta.url)
);
const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '9' },
  },
});
const count = Number(values.events);
const rounds = Number(values.rounds);
const lines = makeRecords(count).map((record) => JSON.stringify(record));

console.log(`node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model.trim()})`);
console.log(
  `${count} events, ${Math.round(lines.join('').length / count)} bytes each as JSON; medians of ${rounds} rounds\n`,
);

const openedAt = performance.now();
const geo = await openGeo({ log: { info() {}, warn() {}, error() {} } });
const openedIn = performance.now() - openedAt;
const steps = createSteps({ geo });

const first = round((event) => enrich(event, steps));
const together = measure((event) => enrich(event, steps));
console.log('step          µs/event   events/s on one core');
for (const step of steps)
  tell(
    step.name,
    measure((event) => step.enrich(event)),
  );
tell('all together', together);
console.log(`\nfirst round    ${perEvent(first)} µs/event`);
console.log(`database of places opened in ${openedIn.toFixed(1)} ms`);
geo.close();

/** CPU time of this process for one pass, milliseconds: neighbours on the machine do not count. */
function round(run) {
  const events = lines.map((line) => JSON.parse(line));
  globalThis.gc?.();
  const startedAt = process.cpuUsage();
  for (const event of events) run(event);
  const { user, system } = process.cpuUsage(startedAt);
  return (user + system) / 1_000;
}

function measure(run) {
  const times = Array.from({ length: rounds }, () => round(run)).sort((a, b) => a - b);
  return quantile(times, 0.5);
}

function tell(name, ms) {
  const perSecond = Math.round(count / (ms / 1_000)).toLocaleString('en');
  console.log(`${name.padEnd(14)}${perEvent(ms).padEnd(11)}${perSecond}`);
}

function perEvent(ms) {
  return ((ms * 1_000) / count).toFixed(2);
}
