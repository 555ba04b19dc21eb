/**
 * PX's server SDK beside four others, each in a process of its own, in turns. Needs a build.
 *
 *   node bench/node-sdk/run.mjs [--rounds 5] [--events 10000] [--dead 20000] [--only px,posthog]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median } from '../web-sdk/numbers.mjs';
import { SDKS } from './sdks.mjs';
import { MARK, startSink } from './sink.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    events: { type: 'string', default: '10000' },
    dead: { type: 'string', default: '20000' },
    only: { type: 'string', default: Object.keys(SDKS).join() },
  },
});
const [rounds, events, dead] = [values.rounds, values.events, values.dead].map(Number);
const ids = values.only.split(',');
/** One request each: more would measure the sink. */
const ofTrack = (id, count) => (id === 'mixpanel' ? Math.min(count, 2_000) : count);
const script = fileURLToPath(new URL('child.mjs', import.meta.url));
const measured = new Map(ids.map((id) => [id, []]));

console.log(`Node ${process.version}, load ${loadavg()[0].toFixed(1)}, ${rounds} rounds in turns`);
for (let round = 0; round < rounds; round += 1)
  for (const id of ids) {
    measured.get(id).push({
      ...(await delivers(id)),
      ...(await waits(id)),
      ...(await dies(id)),
    });
  }
console.log(`load ${loadavg()[0].toFixed(1)}`);
console.table(
  Object.fromEntries(
    ids.map((id) => {
      const all = measured.get(id);
      const of = (name, digits = 0) =>
        Number(median(all.map((each) => each[name])).toFixed(digits));
      return [
        `${SDKS[id].name} ${versionOf(SDKS[id].package)}`,
        {
          'call, CPU µs': of('callUs', 1),
          'accepted/s': of('accepted'),
          'delivered/s': of('deliveredRate'),
          delivered: of('delivered'),
          'CPU s/100k': of('cpu', 2),
          'wire B': of('wire'),
          'events/request': of('perRequest', 1),
          'dead: CPU s/100k': of('deadCpu', 2),
          'dead: RSS MiB': of('deadRss', 1),
          'left by kill -9': of('survived'),
        },
      ];
    }),
  ),
);

async function delivers(id) {
  const count = ofTrack(id, events);
  const warmUp = Math.min(count, 2_000);
  return withSink(id, async (sink, directory) => {
    const url = sink.url;
    const told = await run(id, 'delivers', {
      url,
      directory,
      events: count,
      warmUp,
      room: 1_000_000,
    });
    const all = count + warmUp + told.bursts;
    const { count: delivered, lastAt } = sink.arrived('invoice_paid');
    return {
      callUs: told.callUs,
      accepted: 1_000_000 / told.callUs,
      delivered,
      deliveredRate: (delivered / (lastAt - told.startedAt)) * 1_000,
      cpu: (told.cpuMs / count) * 100,
      wire: sink.bytes() / all,
      perRequest: all / sink.requests(),
    };
  });
}

async function waits(id) {
  const count = ofTrack(id, dead);
  return withDirectory(async (directory) => {
    const { cpuMs, rssMib } = await run(id, 'waits', {
      url: 'http://127.0.0.1:1',
      directory,
      events: count,
    });
    return {
      deadCpu: (cpuMs / count) * 100,
      deadRss: rssMib,
    };
  });
}

async function dies(id) {
  return withSink(id, async (sink, directory) => {
    await run(id, 'dies', { url: sink.url, directory, events: 1_000 });
    await run(id, 'revives', { url: sink.url, directory });
    return { survived: sink.arrived('invoice_paid').count };
  });
}

function withSink(id, measure) {
  return withDirectory(async (directory) => {
    const sink = await startSink(SDKS[id].answer);
    try {
      return await measure(sink, directory);
    } finally {
      await sink.close();
    }
  });
}

async function withDirectory(measure) {
  const directory = await mkdtemp(path.join(tmpdir(), 'px-bench-'));
  try {
    return await measure(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What it said; nothing of who was killed. */
async function run(id, work, options) {
  const given = ['--expose-gc', script, id, work, JSON.stringify({ ...options, mark: MARK })];
  const child = spawn(process.execPath, given, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  const [code, signal] = await once(child, 'close');
  if (code !== 0 && signal !== 'SIGKILL')
    throw new Error(`${id} ${work} ended with ${code ?? signal}`);
  return text === '' ? {} : JSON.parse(text.trim().split('\n').at(-1));
}

/** Not all of them export their package.json. */
function versionOf(name) {
  const [, directory] =
    /(.*node_modules\/(?:@[^/]+\/)?[^/]+)/.exec(createRequire(import.meta.url).resolve(name)) ?? [];
  return directory ? createRequire(import.meta.url)(`${directory}/package.json`).version : '';
}
