import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_ENRICHMENT, type AcceptedEvent, type Enrichment } from '@px-platform/protocol';
import { enrich } from './enrich.js';
import { createSteps } from './steps/index.js';

const steps = createSteps({ geo: { find: () => ({ country: 'PT', region: '', city: '' }) } });

/** Texts as senders have them: addresses, halves of characters, far too long ones, and what looks like each of them. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.webUrl({ withFragments: true, withQueryParameters: true, size: 'large' }),
  fc.constantFrom(
    '\ud800',
    'https://',
    'https://user:pass@[::1]:99999/%',
    '?utm_source=%&gclid=%ff',
    'https://shop.example/%ff/%E0%A4%A?utm_medium=%',
    'android-app://',
    'https://.../',
    'x'.repeat(5_000),
    `https://shop.example/${'🛒'.repeat(1_000)}`,
    '__proto__',
    'constructor',
  ),
);
const texts = fc.dictionary(text, fc.oneof(text, fc.jsonValue()), { maxKeys: 5 });
const header = fc.oneof(text, fc.constantFrom('"a";v="1", "Not A;Brand";v="', '?1', '"Windows"'));

/** What the collector lets through. */
const sound = fc.record({
  ip: fc.oneof(fc.ipV4(), fc.ipV6(), fc.constant(null), text),
  user_agent: fc.oneof(text, fc.constant(null)),
  hints: fc.record(
    {
      'sec-ch-ua': header,
      'sec-ch-ua-mobile': header,
      'sec-ch-ua-platform': header,
      'sec-ch-ua-platform-version': header,
      'accept-language': header,
    },
    { requiredKeys: [] },
  ),
  context: fc.record(
    {
      page: fc.record({ url: text, title: text, referrer: text }, { requiredKeys: [] }),
      locale: text,
      timezone: text,
      campaign: texts,
      groups: texts,
    },
    { requiredKeys: [] },
  ),
});

/** What else may be found in a log: anything at all in their places. */
const unsound = fc.record({
  ip: fc.anything(),
  user_agent: fc.anything(),
  hints: fc.object({ maxDepth: 0 }),
  context: fc.oneof(fc.record({ page: fc.anything() }), fc.anything()),
});

const record = ({ context, ...facts }: { readonly context: unknown }) =>
  ({
    project_id: 'shop',
    event: { event_id: 'e', event: 'x', anonymous_id: 'a', timestamp: 0, context },
    ...facts,
  }) as unknown as AcceptedEvent;

function expectStorable(enrichment: Enrichment): void {
  expect(Object.keys(enrichment).sort()).toEqual(Object.keys(EMPTY_ENRICHMENT).sort());
  for (const [key, value] of Object.entries(enrichment)) {
    expect(typeof value, key).toBe(typeof EMPTY_ENRICHMENT[key as keyof Enrichment]);
    if (typeof value !== 'string') continue;
    expect(value.length, key).toBeLessThanOrEqual(2_000);
    expect(value.isWellFormed(), key).toBe(true);
  }
  for (const map of [enrichment.campaign, enrichment.groups]) {
    for (const [name, value] of Object.entries(map)) {
      expect(name.length).toBeLessThanOrEqual(100);
      expect(value.length).toBeLessThanOrEqual(500);
      expect(`${name}${value}`.isWellFormed()).toBe(true);
    }
  }
}

describe('given any event that the collector lets through', () => {
  it('no step fails, and all that they find can be stored', () => {
    fc.assert(
      fc.property(sound, (given) => {
        const { enrichment, reports } = enrich(record(given), steps);
        expect(reports.filter(({ error }) => error !== undefined)).toEqual([]);
        expectStorable(enrichment);
      }),
      { numRuns: 300 },
    );
  });
});

describe('given an event that nobody has judged', () => {
  it('a step may fail, alone, and what the others find can be stored', () => {
    fc.assert(
      fc.property(unsound, (given) => {
        const { enrichment, reports } = enrich(record(given), steps);
        expect(reports.map(({ step }) => step)).toEqual(steps.map(({ name }) => name));
        expectStorable(enrichment);
        expect(enrichment.distinct_id).toBe('a');
      }),
      { numRuns: 300 },
    );
  });
});
