// How fast the embedded platform takes events: 100-event gzip batches from one client process over HTTP to a
// `px dev` of its own on the loopback interface, ack to ack. An ack means stored (docs/adr/0001).
//
//   node bench/ingest.mjs [--batches 300] [--size 100] [--concurrency 1,4,16]
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { startPxDev } from './lib/px-dev.mjs';
import { makeBatch, quantile, send } from './lib/send.mjs';

const { values } = parseArgs({
  options: {
    batches: { type: 'string', default: '300' },
    size: { type: 'string', default: '100' },
    concurrency: { type: 'string', default: '1,4,16' },
  },
});
const batches = Number(values.batches);
const size = Number(values.size);
const px = await startPxDev();

try {
  const { url, key, secret } = px;
  const sample = JSON.stringify(makeBatch(size));
  console.log(`node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model.trim()})`);
  console.log(
    `${size}-event batches: ${kb(sample.length)} JSON, ${kb(gzipSync(sample).length)} gzip\n`,
  );
  await send({ url, key, size, concurrency: 4, count: 30 });

  console.log('concurrency   events/s   answer p50   p95      p99      max');
  let sent = 30 * size;
  for (const concurrency of values.concurrency.split(',').map(Number)) {
    const { seconds, latencies } = await send({ url, key, size, concurrency, count: batches });
    sent += batches * size;
    const at = (q) => `${quantile(latencies, q).toFixed(1)} ms`.padEnd(9);
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
  await px.close();
}

function kb(bytes) {
  return `${(bytes / 1_000).toFixed(1)} kB`;
}
