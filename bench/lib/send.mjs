import { Agent, request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { v7 as uuidv7 } from 'uuid';

/** Sends `count` batches, `concurrency` at a time. Bodies are made before the clock starts. */
export async function send({ url, key, size, concurrency, count }) {
  const bodies = Array.from({ length: count }, () => gzipSync(JSON.stringify(makeBatch(size))));
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

/** One request; the parsed answer. */
export function post(url, body, key, agent) {
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

/** What an SDK says of the device. */
export const LAPTOP = {
  screen_width: 1440,
  screen_height: 900,
  viewport_width: 1280,
  viewport_height: 720,
  pixel_ratio: 2,
  touch: false,
};

/** A visit's events, as an SDK sends them. */
export function makeBatch(size) {
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
        device: LAPTOP,
        locale: 'en-GB',
        timezone: 'Europe/Lisbon',
      },
    })),
  };
}

/** The value below which a share `q` of the sorted values lies. */
export const quantile = (sorted, q) =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
