// A process of a customer's: `node child.mjs BUILT WORK OPTIONS`. BUILT is the package's source as one file, OPTIONS are JSON.
// It says what it did line by line, straight to the descriptor: a killed process flushes nothing.
import { writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const [built, work, json = '{}'] = process.argv.slice(2);
const { createClient } = await import(built);
const { first = 0, count = 10, burst = 20, ...options } = JSON.parse(json);

const say = (line) => writeSync(1, `${line}\n`);
const log = { error: (...all) => say(all.join(' ')), warn: (...all) => say(all.join(' ')) };
const open = (more = {}) =>
  createClient({ apiKey: 'px_k', flags: false, log, ...options, ...more });
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
};

await works[work]();
