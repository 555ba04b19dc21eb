// A process of a customer's: `node child.mjs BUILT WORK OPTIONS`. BUILT is the package's source as one file, OPTIONS are JSON.
// It says what it did line by line, straight to the descriptor: a killed process flushes nothing.
import { writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { isMainThread, Worker } from 'node:worker_threads';

const [built, work, json = '{}'] = process.argv.slice(2);
const { createClient } = await import(built);
const { first = 0, count = 10, burst = 20, ...options } = JSON.parse(json);

const say = (line) => writeSync(1, `${line}\n`);
const log = { error: (...all) => say(all.join(' ')), warn: (...all) => say(all.join(' ')) };
const open = () => createClient({ apiKey: 'px_k', flags: false, log, ...options });
const track = (px, nth) => px.track('invoice_paid', { nth }, { userId: 'ada' });
const trackMany = (px) => {
  for (let nth = first; nth < first + count; nth += 1) track(px, nth);
};

const works = {
  /** Tracks without end, and says each number once `track` has returned. */
  async endless() {
    const px = open();
    for (let nth = first; ; nth += 1) {
      track(px, nth);
      say(nth);
      if (nth % burst === burst - 1) await pause(1);
    }
  },
  /** Tracks and has nothing more to do. */
  ends() {
    trackMany(open());
    say('ready');
  },
  /** Runs until a signal ends it. */
  serves() {
    setInterval(() => {}, 1_000);
    trackMany(open());
    say('ready');
  },
  /** The same, and it has its own mind about signals: it ends at the second. */
  listens() {
    setInterval(() => {}, 1_000);
    trackMany(open());
    let heard = 0;
    process.on('SIGTERM', () => {
      heard += 1;
      say(`heard ${process.listenerCount('SIGTERM')}`);
      if (heard === 2) process.exit(7);
    });
    say('ready');
  },
  /** As packages do that end the process where they count nobody but themselves. */
  counts() {
    setInterval(() => {}, 1_000);
    trackMany(open());
    const listener = () => {
      if (process.listenerCount('SIGTERM') > 1) return;
      process.off('SIGTERM', listener);
      process.kill(process.pid, 'SIGTERM');
    };
    process.on('SIGTERM', listener);
    say('ready');
  },
  /** Many clients, some of them of another copy of the package. */
  async many() {
    process.on('warning', (warning) => say(warning));
    const other = await import(`${built}?copy`);
    for (let nth = 0; nth < 40; nth += 1) {
      const create = nth % 2 ? createClient : other.createClient;
      track(create({ apiKey: 'px_k', flags: false, log, ...options }), nth);
    }
    say(`listeners ${process.listenerCount('beforeExit')} ${process.listenerCount('SIGTERM')}`);
    setTimeout(() => say('ready'), 50);
    if (options.serves) setInterval(() => {}, 1_000);
  },
  /** A client for each of many collectors, with flags. It says how each fared as it ends. */
  async suffers() {
    const clients = Object.entries(options.endpoints).map(([name, endpoint]) => {
      const px = createClient({
        apiKey: 'px_k',
        endpoint,
        log: { error() {}, warn() {} },
        timeoutMs: 400,
        exitTimeoutMs: 300,
        flags: { timeoutMs: 400, readyTimeoutMs: 600, refreshMs: 100 },
      });
      trackMany(px);
      return { name, px };
    });
    process.on('exit', () => {
      for (const { name, px } of clients)
        say(JSON.stringify({ name, status: px.flags.status(), ...px.stats() }));
    });
    for (const { px } of clients) {
      await px.flush();
      await px.flags.ready();
      px.getFlag('beta', { user_id: 'ada' }, false);
    }
    for (const { px } of clients) trackMany(px);
  },
  /** In a thread of its own. */
  thread() {
    if (!isMainThread) return trackMany(open());
    const thread = new Worker(new URL(import.meta.url), { argv: process.argv.slice(2) });
    thread.on('error', say);
  },
};

await works[work]();
