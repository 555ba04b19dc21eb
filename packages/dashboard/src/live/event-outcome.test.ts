import { describe, expect, it } from 'vitest';
import { EVENT_CODES } from '@px-platform/protocol';
import { adviceFor, clockRule, storedLatencyMs } from './event-outcome.js';

describe('given an outcome', () => {
  it.each(EVENT_CODES)('has something to say about %s', (code) => {
    expect(adviceFor(code)).toMatch(/^\S.{15,}\.$/);
  });

  it('does not fail over a code of a newer server', () => {
    expect(adviceFor('from_the_future' as never)).toBe('See the message above.');
  });

  it('never shows a negative latency', () => {
    expect(storedLatencyMs({ received_at: 100, stored_at: 112 })).toBe(12);
    expect(storedLatencyMs({ received_at: 100, stored_at: 99 })).toBe(0);
    expect(storedLatencyMs({ received_at: 100, stored_at: null })).toBeNull();
  });

  it('says by how much a client’s clock was off, and which way', () => {
    const rule = (clientTimestamp: number) =>
      clockRule('corrected', { clientTimestamp, timestamp: 1_760_000_000_000 });
    expect(rule(1_760_000_000_000 - 86_400_000)).toContain('24 h behind');
    expect(rule(1_760_000_000_000 + 180_000)).toContain('3 min ahead');
  });

  it('names each rule', () => {
    const clocks = { clientTimestamp: null, timestamp: 0 };
    const rules = (['client', 'corrected', 'received', null] as const).map((clock) =>
      clockRule(clock, clocks),
    );
    expect(new Set(rules).size).toBe(4);
  });
});
