/**
 * Runs the built server SDK in a runtime, beside a collector of this process's:
 *
 *   node e2e/runtimes/run.mjs                      the Node that runs this
 *   node e2e/runtimes/run.mjs /path/to/bun run
 *   node e2e/runtimes/run.mjs /path/to/deno run -A
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';

/** No runtime takes so long to do any of it. */
const HANG_MS = 20_000;

/** What each is to do, and to have sent. */
const CHECKS = [
  {
    name: 'sends what every verb says, and decides flags',
    works: ['uses'],
    lines: [
      'flags ready hello',
      'experiment treatment',
      'books {"accepted":508,"delivered":508,"pending":0,"dropped":{}}',
    ],
    events: {
      tracked: 1,
      $identify: 1,
      $alias: 1,
      $group: 1,
      page_view: 1,
      within: 1,
      bound: 1,
      many: 500,
      $exposure: 1,
    },
    people: { within: 'bob', bound: 'eve' },
  },
  {
    name: 'ends by itself with a client and a stream open, and sends what waits',
    works: ['ends'],
    events: { ended: 10 },
  },
  {
    name: 'sends what waits at SIGTERM, and ends by it',
    works: ['waits'],
    signal: 'SIGTERM',
    lines: ['ready'],
    events: { waited: 10 },
  },
  {
    name: 'sends what a killed process had on disk',
    works: ['dies', 'revives'],
    lines: ['recovered 50'],
    events: { killed: 50 },
  },
  {
    name: 'neither throws nor stays where nobody answers',
    works: ['down'],
    isDown: true,
    lines: ['pending 1 fallback'],
    events: {},
  },
];

/** Runs all checks with both builds, and answers with the problem of each, or null. */
async function checkRuntime(command) {
  const results = [];
  for (const program of ['server.mjs', 'server.cjs'])
    for (const check of CHECKS) {
      const name = `${program === 'server.cjs' ? 'require' : 'import'}: ${check.name}`;
      results.push({ name, problem: await tryOne(command, program, check) });
    }
  return results;
}

/** What went wrong, or null. */
async function tryOne(
  command,
  program,
  { works, signal, lines = [], events, people = {}, isDown },
) {
  const directory = await mkdtemp(path.join(tmpdir(), 'px-runtime-'));
  const collector = await startCollector();
  const endpoint = isDown ? 'http://127.0.0.1:1' : collector.url;
  try {
    const said = [];
    for (const work of works) {
      const ended = await run(command, [program, work, endpoint, directory], signal);
      const wished = signal ?? (work === 'dies' ? 'SIGKILL' : 0);
      if (ended.how !== wished)
        return `${work} ended with ${ended.how}, not ${wished}: ${ended.text.slice(-2_000)}`;
      said.push(...ended.text.split('\n'));
    }
    const missing = lines.find((line) => !said.includes(line));
    if (missing) return `it did not say "${missing}", but: ${said.join(' | ').slice(-2_000)}`;
    const counts = {};
    for (const { event } of collector.events()) counts[event] = (counts[event] ?? 0) + 1;
    if (!isDeepStrictEqual(counts, events))
      return `it sent ${JSON.stringify(counts)}, not ${JSON.stringify(events)}`;
    const wrong = collector
      .events()
      .find(({ event, user_id: user }) => people[event] && people[event] !== user);
    return wrong ? `${wrong.event} is of ${wrong.user_id}` : null;
  } finally {
    await collector.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function run([binary, ...args], [program, ...given], signal) {
  const script = fileURLToPath(new URL(program, import.meta.url));
  const child = spawn(binary, [...args, script, ...given], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
  if (signal)
    child.stdout.once('data', () => {
      child.kill(signal);
    });
  const hang = setTimeout(() => child.kill('SIGKILL'), HANG_MS);
  const [code, killedBy] = await once(child, 'close');
  clearTimeout(hang);
  return { how: killedBy ?? code, text };
}

const DOCUMENT = {
  features: {
    plain: { defaultValue: 'hello' },
    checkout: {
      defaultValue: 'old',
      rules: [
        {
          id: 'half',
          key: 'checkout_flow_v2',
          variations: ['old', 'new'],
          ranges: [
            [0, 0.5],
            [0.5, 1],
          ],
          meta: [{ key: 'control' }, { key: 'treatment' }],
          hashVersion: 2,
          seed: 'b',
          phase: '0',
          hashAttribute: 'user_id',
        },
      ],
    },
  },
  px: { revision: 1, environment: 'production' },
};

/** The routes of events and flags. */
async function startCollector() {
  const stored = new Map();
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url === '/v1/config/stream') {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(': hello\n\n');
        return;
      }
      if (request.url === '/v1/config') {
        response.writeHead(200, { etag: '"production-1"' }).end(JSON.stringify(DOCUMENT));
        return;
      }
      const sent = Buffer.concat(chunks);
      const isZipped = request.headers['content-encoding'] === 'gzip';
      const { events } = JSON.parse((isZipped ? gunzipSync(sent) : sent).toString());
      for (const event of events) stored.set(event.event_id, event);
      const answer = { accepted: events.length, received_at: Date.now(), skew_ms: 0, results: [] };
      response.end(JSON.stringify(answer));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    events: () => [...stored.values()],
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const given = process.argv.slice(2);
const command = given.length > 0 ? given : [process.execPath];
console.log((await run(command, ['server.mjs', 'names'])).text.trim());
const results = await checkRuntime(command);
for (const { name, problem } of results)
  console.log(problem === null ? `ok    ${name}` : `FAILS ${name}\n      ${problem}`);
const failed = results.filter(({ problem }) => problem !== null).length;
console.log(`${results.length - failed} of ${results.length} are well`);
process.exitCode = failed === 0 ? 0 : 1;
