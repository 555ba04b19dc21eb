/**
 * How soon a change of a flag is in clients: from the request that makes it to each client having the new document. Clients
 * are open streams that ask for the document once they are told, as the SDK does; all in one process, over loopback, to a
 * `px dev` of its own. Needs a build.
 *
 *   node bench/flags/propagation.mjs [--clients 100] [--changes 20] [--flags 100]
 */
import { cpus, loadavg } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startPxDev } from '../lib/px-dev.mjs';
import { quantile } from '../lib/send.mjs';

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '100' },
    changes: { type: 'string', default: '20' },
    flags: { type: 'string', default: '100' },
  },
});
const [clients, changes, flags] = [values.clients, values.changes, values.flags].map(Number);
const px = await startPxDev();
const closing = new AbortController();

try {
  const { url, key, secret } = px;
  const put = async (name, isOn) => {
    const definition = {
      key: name,
      type: 'boolean',
      variants: { on: true, off: false },
      default: isOn ? 'on' : 'off',
      environments: {
        production: {
          isOn: true,
          rules: [
            {
              id: 'some',
              condition: { country: { $in: ['BR', 'PT'] }, $visits: { $gte: 2 } },
              serve: { variant: 'on', percent: 20 },
            },
          ],
        },
      },
    };
    const response = await fetch(`${url}/v1/flags/${name}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ definition }),
    });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()).published.production;
  };
  for (let n = 0; n < flags; n += 1) await put(`flag-${n}`, false);

  /** When each revision was in each client. */
  const arrivals = new Map();
  await Promise.all(Array.from({ length: clients }, () => listen(url, key, arrivals)));
  await wait(500);
  const [asked, answered] = [[], []];
  for (let n = 0; n < changes; n += 1) {
    const from = performance.now();
    const revision = await put('flag-0', n % 2 === 0);
    const until = performance.now();
    while ((arrivals.get(revision) ?? []).length < clients) {
      if (performance.now() - from > 10_000) throw new Error(`revision ${revision} did not come`);
      await wait(5);
    }
    for (const at of arrivals.get(revision)) {
      asked.push(at - from);
      answered.push(at - until);
    }
    await wait(100);
  }
  const document = await (await fetch(`${url}/v1/config?key=${key}`)).text();
  console.log(
    `node ${process.version}, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}; ${clients} clients, ${changes} changes, a document of ${document.length} B\n`,
  );
  console.log('                                  p50       p95       p99       max');
  const measured = {
    'from the request to the client': asked,
    'from its answer to the client': answered,
  };
  for (const [name, times] of Object.entries(measured)) {
    const sorted = times.toSorted((a, b) => a - b);
    const at = (q) => `${quantile(sorted, q).toFixed(0)} ms`.padEnd(10);
    console.log(`${name.padEnd(34)}${at(0.5)}${at(0.95)}${at(0.99)}${at(1)}`);
  }
} finally {
  closing.abort();
  await px.close();
}

/** A client: a stream, and the document each time it tells of another revision. Resolves once it has the first. */
async function listen(url, key, arrivals) {
  const { signal } = closing;
  const stream = await fetch(`${url}/v1/config/stream?key=${key}`, { signal });
  let etag = '';
  let [known, onFirst] = [-1, () => {}];
  const first = new Promise((resolve) => (onFirst = resolve));
  const ask = async () => {
    const response = await fetch(`${url}/v1/config?key=${key}`, {
      headers: { 'if-none-match': etag },
      signal,
    });
    if (response.status === 304) return;
    etag = response.headers.get('etag') ?? '';
    const { revision } = (await response.json()).px;
    if (revision <= known) return;
    known = revision;
    arrivals.set(revision, [...(arrivals.get(revision) ?? []), performance.now()]);
    onFirst();
  };
  void (async () => {
    let text = '';
    for await (const chunk of stream.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      if (lines.some((line) => line.startsWith('data:'))) await ask();
    }
  })().catch((error) => {
    if (!signal.aborted) throw error;
  });
  return first;
}
