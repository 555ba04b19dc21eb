// How fast the embedded platform takes events: 100-event gzip batches from one client process over HTTP to a
// `px dev` of its own on the loopback interface, ack to ack. An ack means stored (docs/adr/0001).
//
//   node bench/ingest.mjs [--batches 300] [--size 100] [--concurrency 1,4,16]
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { v7 as uuidv7 } from 'uuid';

const { values } = parseArgs({
  options: {
    batches: { type: 'string', default: '300' },
    size: { type: 'string', default: '100' },
    concurrency: { type: 'string', default: '1,4,16' },
  },
});
const batches = Number(values.batches);
const size = Number(values.size);
const dataDir = await mkdtemp(join(tmpdir(), 'px-bench-'));
const bin = fileURLToPath(new URL('../packages/cli/dist/bin.js', import.meta.url));
const server = spawn(
  process.execPath,
  [bin, 'dev', '--port', '0', '--no-shop', '--data', dataDir],
  {
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);

try {
  const url = await readUrl(server.stdout);
  const { write_key: key, secret_key: secret } = JSON.parse(
    await readFile(join(dataDir, 'dev.json'), 'utf8'),
  );
  const sample = JSON.stringify(makeBatch());
  console.log(`node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model.trim()})`);
  console.log(
    `${size}-event batches: ${kb(sample.length)} JSON, ${kb(gzipSync(sample).length)} gzip\n`,
  );
  await run({ url, key, concurrency: 4, count: 30 });

  console.log('concurrency   events/s   answer p50   p95      p99      max');
  let sent = 30 * size;
  for (const concurrency of values.concurrency.split(',').map(Number)) {
    const { seconds, latencies } = await run({ url, key, concurrency, count: batches });
    sent += batches * size;
    const at = (q) =>
      `${latencies[Math.min(latencies.length - 1, Math.floor(q * latencies.length))].toFixed(1)} ms`.padEnd(
        9,
      );
    console.log(
      `${String(concurrency).padEnd(14)}${String(Math.round((batches * size) / seconds)).padEnd(11)}${at(0.5).padEnd(13)}${at(0.95)}${at(0.99)}${at(1)}`,
    );
  }
  const answer = await fetch(`${url}/v1/questions/event-count?since=15m`, {
    headers: { authorization: `Bearer ${secret}` },
  });
  const { total, elapsed_ms } = await answer.json();
  console.log(`\nsent ${sent}, stored ${total.events} (counted in ${elapsed_ms} ms)`);
  if (total.events !== sent) process.exitCode = 1;
} finally {
  server.kill('SIGINT');
  await new Promise((resolve) => server.once('exit', resolve));
  await rm(dataDir, { recursive: true, force: true });
}

/** Sends `count` batches, `concurrency` at a time. Bodies are made before the clock starts. */
async function run({ url, key, concurrency, count }) {
  const bodies = Array.from({ length: count }, () => gzipSync(JSON.stringify(makeBatch())));
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const latencies = [];
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (let body = bodies.pop(); body; body = bodies.pop()) {
        const sentAt = performance.now();
        const answer = await post(`${url}/v1/batch`, body, key, agent);
        latencies.push(performance.now() - sentAt);
        if (answer.accepted !== size)
          throw new Error(`not all accepted: ${JSON.stringify(answer).slice(0, 300)}`);
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  agent.destroy();
  return { seconds, latencies: latencies.sort((a, b) => a - b) };
}

function post(url, body, key, agent) {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      {
        method: 'POST',
        agent,
        headers: { 'x-api-key': key, 'content-encoding': 'gzip', 'content-length': body.length },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve(JSON.parse(text)));
      },
    );
    outgoing.on('error', reject).end(body);
  });
}

function makeBatch() {
  const now = Date.now();
  const visitor = uuidv7();
  const session = uuidv7();
  const names = ['page_view', 'click', 'product_viewed', 'product_added', 'checkout_started'];
  return {
    sent_at: now,
    sdk: { name: 'bench', version: '0.0.0' },
    events: Array.from({ length: size }, (_, seq) => ({
      event_id: uuidv7(),
      event: names[seq % names.length],
      anonymous_id: visitor,
      session_id: session,
      seq,
      timestamp: now - (size - seq) * 50,
      properties: {
        product_id: `p-${seq % 12}`,
        price: seq * 1.5,
        quantity: 1,
        list: 'catalogue',
        position: seq,
        in_stock: true,
      },
      context: {
        page: {
          url: `https://shop.example/product/${seq % 12}?utm_source=mail`,
          title: 'A product',
          referrer: 'https://shop.example/',
        },
        device: {
          screen_width: 1440,
          screen_height: 900,
          viewport_width: 1280,
          viewport_height: 720,
          pixel_ratio: 2,
          touch: false,
        },
        locale: 'en-GB',
        timezone: 'Europe/Lisbon',
      },
    })),
  };
}

function readUrl(stream) {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => reject(new Error(`px dev did not start: ${text}`)), 60_000);
    stream.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
      const found = /Live page\s+(http:\S+)/.exec(text)?.[1];
      if (!found) return;
      clearTimeout(timer);
      resolve(found);
    });
  });
}

function kb(bytes) {
  return `${(bytes / 1_000).toFixed(1)} kB`;
}
