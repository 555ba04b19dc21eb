// A process to be killed. `node child.mjs chdb|pglite|lock|spool DIRECTORY FIRST_ID` opens the directory,
// prints `ready`, then writes one thing after another and prints the id of each once it is acked. What a
// full disk refuses it prints as `refused`, and tries again.
import { writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const [what, path, first = '0'] = process.argv.slice(2);
const conditions = ['@px-platform/source', 'module', 'node'];

// Node 20 cannot read TypeScript: the sources come through the same tool that the tests use.
const vite = await createServer({
  configFile: false,
  root: fileURLToPath(new URL('..', import.meta.url)),
  logLevel: 'error',
  appType: 'custom',
  server: { middlewareMode: true, watch: null, ws: false },
  optimizeDeps: { noDiscovery: true },
  resolve: { conditions },
  ssr: { resolve: { conditions } },
});
const load = (file) => vite.ssrLoadModule(`/src/${file}`);

/** Straight to the descriptor: a killed process flushes nothing. */
const say = (line) => writeSync(1, `${line}\n`);

const { sampleRow, sampleSighting } = await load('contract/samples.ts');
const writers = {
  async lock() {
    const { acquirePidLock } = await load('pid-lock.ts');
    await acquirePidLock(path);
    return () => new Promise((resolve) => setTimeout(resolve, 60_000));
  },
  async chdb() {
    const { openChdbEventStore } = await load('event-store/chdb.ts');
    const store = await openChdbEventStore({ path });
    return (number) => store.insertEvents([sampleRow(number * 2), sampleRow(number * 2 + 1)]);
  },
  async spool() {
    const { openSpooledEventLog } = await load('event-log/spooled.ts');
    const { LogUnavailableError } = await load('event-log/port.ts');
    const { sampleRecord } = await load('contract/samples.ts');
    const refuse = () => Promise.reject(new LogUnavailableError('the broker is away'));
    const inner = { append: refuse, isReady: () => false, close: async () => {} };
    const log = { info() {}, warn() {}, error() {} };
    const spooled = await openSpooledEventLog(inner, { dir: path, segmentBytes: 100_000, log });
    // Several at once, so that a kill finds some of a group written and others not.
    const write = async (number) => {
      const group = [0, 1, 2].map((n) => sampleRecord(number * 3 + n));
      const done = await Promise.allSettled(
        group.map((record) => spooled.append('events_raw', [record])),
      );
      const refused = done.find(({ status }) => status === 'rejected');
      if (!refused) return;
      if (!(refused.reason instanceof LogUnavailableError)) throw refused.reason;
      say('refused');
      await new Promise((resolve) => setTimeout(resolve, 50));
      await write(number);
    };
    return write;
  },
  async pglite() {
    const { openPglite } = await load('pglite.ts');
    const { postgresProfileStore } = await load('profile-store/postgres.ts');
    const profiles = postgresProfileStore(await openPglite({ path }));
    return (number) => profiles.see([sampleSighting(number)]);
  },
};

try {
  const write = await writers[what]();
  say('ready');
  for (let number = Number(first); ; number += 1) {
    await write(number);
    say(number);
  }
} catch (error) {
  say(`failed: ${error.code ?? ''} ${error.message}`);
  process.exit(1);
}
