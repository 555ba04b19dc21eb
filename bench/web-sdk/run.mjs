// PX and six other web SDKs, side by side in one run, in a real browser on this machine:
//
//   npm run bench:web --workspace bench -- [--out FILE] [--quick] [--only bytes,init,burst,wire,delivery]
//
// What each row is, and what it is not: README.md beside this file.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBrowser } from './browser.mjs';
import { bundle, sizesOf } from './bundle.mjs';
import { measureBurst } from './measure/burst.mjs';
import { CASES, measureDelivery } from './measure/delivery.mjs';
import { measureFirstEvent, measureInit } from './measure/init.mjs';
import { measureWire } from './measure/wire.mjs';
import { rowsOf, toMarkdown, whereBehind } from './report.mjs';
import { SDKS, VARIANTS } from './sdks.mjs';
import { startServer } from './server.mjs';
import { createSlots } from './slots.mjs';

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: 'bytes,init,burst,wire,delivery' },
  },
});
const wanted = new Set(values.only.split(','));
/** `--quick` proves that everything runs; its figures are for nobody. */
const size = values.quick
  ? {
      initRounds: new Map([[1, 1]]),
      firstRounds: new Map(),
      burst: { calls: 200, few: 10, mostFewMs: 2_000, watchMs: 200 },
      wire: { events: 20, waitMs: 6_000 },
    }
  : {
      // How often, on this CPU and on one that is four times slower.
      initRounds: new Map([
        [1, 5],
        [4, 3],
      ]),
      firstRounds: new Map([[1, 3]]),
      burst: { calls: 10_000, few: 200, mostFewMs: 8_000, watchMs: 3_000 },
      wire: { events: 300, waitMs: 20_000 },
    };
const EVENTS = 100;
const STAY_MS = 15_000;
/** Some at a time: the browser is not starved, and the run is not the sum of its waits. */
const CASE_GROUPS = values.quick
  ? [['normal']]
  : [
      ['busy', 'normal', 'down'],
      ['close', 'leave', 'vanish', 'offline'],
    ];

const startedAt = performance.now();
/** Of what else the machine does: beyond a fraction of its cores, times are for nobody. */
const [loadBefore] = loadavg();
const log = (text) =>
  console.error(`[${((performance.now() - startedAt) / 1_000).toFixed(0).padStart(3)} s] ${text}`);

log('bundling');
const bytes = new Map();
const pages = new Map();
for (const id of ['blank', ...SDKS.map((sdk) => sdk.id)]) {
  pages.set(id, (await bundle(`import './pages/${id}.js';`)).files);
}
for (const { id, snippet } of SDKS) bytes.set(id, sizesOf(await bundle(snippet)));

const slots = createSlots();
const server = await startServer({ pages, slots });
const strangers = new Set();
const problems = [];
const browser = await startBrowser({ strangers });
const variants = VARIANTS.filter(({ batching }) => !(values.quick && batching));
const tools = { browser, server, slots, variants };
let [init, first, burst, wire, delivery] = Array.from({ length: 5 }, () => new Map());
try {
  if (wanted.has('init')) {
    log('starting');
    const sdks = [{ id: 'blank' }, ...SDKS];
    init = await measureInit({ ...tools, sdks, rounds: size.initRounds });
    if (size.firstRounds.size > 0) {
      log('the first event');
      first = await measureFirstEvent({ ...tools, sdks, rounds: size.firstRounds });
    }
  }
  if (wanted.has('burst')) {
    log('ten thousand calls');
    burst = await measureBurst({ ...tools, ...size.burst });
  }
  if (wanted.has('wire')) {
    log('the wire');
    wire = await measureWire({ ...tools, ...size.wire });
  }
  if (wanted.has('delivery')) {
    for (const group of CASE_GROUPS) {
      log(`delivery: ${group.join(', ')}`);
      const cases = CASES.filter(({ id }) => group.includes(id));
      const options = { cases, problems, events: EVENTS, stayMs: STAY_MS };
      const found = await measureDelivery({ ...tools, ...options });
      delivery = new Map([...delivery, ...found]);
    }
  }
} finally {
  await browser.close();
  await server.close();
}

const events = { few: size.burst.few, wire: size.wire.events, delivery: EVENTS };
const sections = rowsOf({
  bytes: wanted.has('bytes') ? bytes : new Map(),
  init,
  first,
  burst,
  wire,
  delivery,
  events,
});
const behind = whereBehind(sections);
const text = [
  environment(),
  toMarkdown(sections),
  '### Where PX does not lead',
  behind.length > 0 ? behind.map((each) => `- ${each}`).join('\n') : 'Nowhere in this run.',
  ...(problems.length > 0
    ? ['### Not measured', problems.map((each) => `- ${each}`).join('\n')]
    : []),
].join('\n\n');
console.log(text);
if (values.out) writeFileSync(values.out, `${text}\n`);
if (strangers.size > 0) log(`asked for, and not reached: ${[...strangers].join(', ')}`);
if (problems.length > 0) process.exitCode = 1;
log('done');

function environment() {
  const require = createRequire(import.meta.url);
  const versions = SDKS.map(({ package: name }) => `${name} ${versionOf(require, name)}`);
  const kind = values.quick ? 'A QUICK RUN: its figures are for nobody. ' : '';
  const day = new Date().toISOString().slice(0, 10);
  return `${kind}${day} · ${cpus().length} cores (${cpus()[0]?.model.trim()}), load ${loadBefore.toFixed(1)} before the run · Node ${process.version} · Chromium ${browser.version}, headless · ${versions.join(' · ')}`;
}

/** Not all packages let their package.json be imported. */
function versionOf(require, name) {
  for (const dir of require.resolve.paths(name)) {
    try {
      return JSON.parse(readFileSync(join(dir, name, 'package.json'), 'utf8')).version;
    } catch {
      // The next place.
    }
  }
  throw new Error(`${name} is not installed beside ${dirname(import.meta.url)}`);
}
