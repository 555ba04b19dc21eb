// A server that sends events: `node --expose-gc child.mjs SDK WORK OPTIONS`, OPTIONS as JSON. It says what it measured as one line of JSON.
import { writeSync } from 'node:fs';
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { median } from '../web-sdk/numbers.mjs';
import { SDKS } from './sdks.mjs';

const [id, work, json] = process.argv.slice(2);
const { events, warmUp, mark, ...options } = JSON.parse(json);
/** As many as a busy server tracks between two turns of its loop. */
const TURN = 100;
const BURSTS = 5;
const BURST = 500;

const say = (measured) => writeSync(1, `${JSON.stringify(measured)}\n`);
const now = () => performance.timeOrigin + performance.now();
const client = await SDKS[id].open(options);
const track = (nth, name) =>
  client.track(
    name,
    {
      [mark]: nth,
      amount: 1_200 + (nth % 700),
      currency: 'EUR',
      plan: ['free', 'pro', 'team'][nth % 3],
      seats: nth % 40,
      is_trial: nth % 5 === 0,
      source: 'checkout',
      invoice: `in_${(nth * 2_654_435_761) % 4_294_967_296}`,
    },
    `user-${nth % 1_000}`,
  );
const trackAll = async (count, name) => {
  for (let nth = 0; nth < count; nth += 1) {
    track(nth, name);
    if (nth % TURN === TURN - 1) await turn();
  }
};
const cpuMs = (since) => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
};
const rssMib = () => {
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().rss / 1_048_576;
};

const works = {
  /** A sink that answers at once. */
  async delivers() {
    await trackAll(warmUp, 'warm_up');
    const callMs = [];
    for (let burst = 0; burst < BURSTS; burst += 1) {
      await pause(300);
      // Nothing else runs within it, so its CPU time is that of the calls, whoever else is at work.
      const before = process.cpuUsage();
      for (let nth = 0; nth < BURST; nth += 1) track(nth, 'burst');
      callMs.push(cpuMs(before));
    }
    await pause(500);
    const cpu = process.cpuUsage();
    const startedAt = now();
    await trackAll(events, 'invoice_paid');
    await client.drain();
    const [bursts, callUs] = [BURSTS * BURST, (median(callMs) / BURST) * 1_000];
    say({ startedAt, bursts, callUs, cpuMs: cpuMs(cpu) });
  },
  /** Nobody is there. */
  async waits() {
    await trackAll(100, 'warm_up');
    const before = rssMib();
    const cpu = process.cpuUsage();
    await trackAll(events, 'invoice_paid');
    await pause(1_000);
    const used = cpuMs(cpu);
    say({ cpuMs: used, rssMib: rssMib() - before });
  },
  /** Killed before anything else can happen. */
  dies() {
    for (let nth = 0; nth < events; nth += 1) track(nth, 'invoice_paid');
    process.kill(process.pid, 'SIGKILL');
    for (;;);
  },
  /** Started again after that. */
  async revives() {
    await pause(100);
    await client.drain();
    say({});
  },
};

await works[work]();
process.exit(0);
