import { expect, it } from 'vitest';
import { rowsOf, toMarkdown, whereBehind } from './report.mjs';

const results = {
  bytes: new Map([
    ['px', { minBytes: 20_000, gzipBytes: 10_000, lazyGzipBytes: 0 }],
    ['posthog', { minBytes: 10_000, gzipBytes: 9_900, lazyGzipBytes: 0 }],
  ]),
  init: new Map(),
  first: new Map(),
  burst: new Map(),
  wire: new Map(),
  delivery: new Map([
    [
      'close',
      new Map([
        ['px', { atOnce: 80, received: 100, duplicates: 3 }],
        ['posthog', { atOnce: 100, received: 100, duplicates: 0 }],
        ['snowplow', { atOnce: 10, received: 60, duplicates: 0 }],
      ]),
    ],
  ]),
  events: { few: 1, wire: 1, delivery: 100 },
};

it('writes only what was measured, each beside its ratio to PX', () => {
  const text = toMarkdown(rowsOf(results));
  expect(text).toContain('| minified | 20.0 kB | 10.0 kB (0.50×) |');
  expect(text).toContain('after the next visit | 100 (+3 copies) | 100 |');
  expect(text).not.toContain('Tracking');
});

it('says where PX does not lead, and calls no noise a lead', () => {
  const behind = whereBehind(rowsOf(results));
  expect(behind).toHaveLength(3);
  expect(behind[0]).toContain('minified: PX 20.0 kB; posthog 10.0 kB');
  expect(behind[1]).toContain('before the next visit: PX 80; posthog 100');
  // As many arrived, and fewer copies of them.
  expect(behind[2]).toContain('after the next visit: PX 100; posthog 100');
});
