// A process to be killed. `node child.mjs chdb|pglite|lock DIRECTORY FIRST_ID` opens the directory,
// prints `ready`, then writes one thing after another and prints the id of each once it is acked.
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
