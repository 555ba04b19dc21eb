/**
 * What masking costs an event, in microseconds of one core: from what the steps found to what is written. Needs a build.
 *
 *   node bench/processor/masking.mjs
 */
const dist = (file) => import(new URL(`../../packages/${file}`, import.meta.url));
const { completeRules } = await dist('protocol/dist/index.js');
const { enrich } = await dist('processor/dist/enrich.js');
const { createMasker } = await dist('processor/dist/mask/masker.js');
const { maskFound } = await dist('processor/dist/mask/mask-event.js');
const { createSteps } = await dist('processor/dist/steps/index.js');

const steps = createSteps();
const EVENTS = 1_000;
const ROUNDS = 40;

const AGENT =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

/** An event as a browser sends it: each its own texts, as `JSON.parse` makes them. */
function usual(number, more = {}) {
  return JSON.parse(
    JSON.stringify({
      schema_version: 1,
      tenant_id: 't',
      project_id: 'shop',
      event: {
        event_id: `01912d68-783e-7a03-8467-${String(number).padStart(12, '0')}`,
        event: 'product_viewed',
        user_id: `user-${number % 5_000}`,
        anonymous_id: `01912d68-783e-7a03-8467-${String(number % 5_000).padStart(12, '1')}`,
        session_id: `01912d68-783e-7a03-8467-${String(number % 9_000).padStart(12, '2')}`,
        timestamp: 1_764_072_000_000 + number,
        seq: number % 40,
        properties: {
          product_id: `sku-${number % 700}`,
          name: 'Blue shoes',
          price: 129.9,
          currency: 'BRL',
          quantity: 1,
          in_stock: true,
          list: ['home', 'shoes', 'blue'],
          position: { row: 3, column: 2 },
          ...more,
        },
        context: {
          page: {
            url: `https://shop.example/shoes/blue-${number % 700}?utm_source=news&utm_medium=email&page=2`,
            title: `Blue shoes ${number % 700} – Shop`,
            referrer: 'https://search.example/',
          },
          device: {
            screen_width: 1920,
            screen_height: 1080,
            viewport_width: 1440,
            viewport_height: 900,
            pixel_ratio: 2,
          },
          locale: 'pt-BR',
          timezone: 'America/Sao_Paulo',
          campaign: { utm_source: 'news', utm_medium: 'email' },
        },
      },
      client_timestamp: 1_764_072_000_000 + number,
      timestamp: 1_764_072_000_000 + number,
      clock: 'client',
      received_at: 1_764_072_000_300 + number,
      ip: `203.0.113.${number % 256}`,
      user_agent: AGENT,
      hints: {
        'sec-ch-ua': '"Chromium";v="140", "Google Chrome";v="140"',
        'accept-language': 'pt-BR,pt;q=0.9',
      },
      sdk: { name: 'sdk-web', version: '0.1.0' },
    }),
  );
}

const KINDS = {
  'nothing personal': () => ({}),
  'an e-mail address and a phone number': (number) => ({
    email: `ana${number % 5_000}@shop.example`,
    note: `call +55 11 9${1_000 + (number % 5_000)}-8888`,
  }),
  'its properties alone, of 200 keys': (number) =>
    Object.fromEntries(
      Array.from({ length: 200 }, (_, key) => [`key_${key}`, `value ${number + key}`]),
    ),
};

for (const [kind, more] of Object.entries(KINDS)) {
  const masker = createMasker({
    rules: completeRules({ fields: { customer: 'hash' } }),
    secret: 'a secret',
  });
  const rounds = [];
  const beside = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const events = Array.from({ length: EVENTS }, (_, number) =>
      usual(round * EVENTS + number, more(round * EVENTS + number)),
    );
    const enrichedAt = performance.now();
    const found = events.map((accepted) => ({
      accepted,
      ...enrich(accepted, steps),
      anonymous: null,
    }));
    beside.push(((performance.now() - enrichedAt) * 1_000) / EVENTS);
    const startedAt = performance.now();
    for (const each of found) maskFound(each, masker, steps);
    rounds.push(((performance.now() - startedAt) * 1_000) / EVENTS);
  }
  console.log(`${kind}: ${told(rounds)} an event; its steps beside it ${told(beside)}`);
}

function told(rounds) {
  const sorted = rounds.toSorted((a, b) => a - b);
  return `${sorted[Math.floor(ROUNDS / 2)].toFixed(2)} µs (best ${sorted[0].toFixed(2)})`;
}
