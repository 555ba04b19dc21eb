import { describe, expect, it } from 'vitest';
import { fakeLiveEvent } from './fake-live-event.js';
import { addToPulse, EMPTY_PULSE, readPulse } from './pulse.js';

const NOW = 1_760_000_300_000;
const ago = (seconds: number) => NOW - seconds * 1_000;

describe('given five minutes of events', () => {
  it('counts the last minute by second, oldest bar first', () => {
    const pulse = addToPulse(EMPTY_PULSE, [
      fakeLiveEvent({ received_at: ago(59) }),
      fakeLiveEvent({ received_at: ago(3) }),
      fakeLiveEvent({ received_at: ago(3), kind: 'rejected', stored_at: null }),
      fakeLiveEvent({ received_at: ago(60) }),
    ]);
    const { bars, lastMinute } = readPulse(pulse, NOW);
    expect(bars).toHaveLength(60);
    expect(bars[0]).toEqual({ events: 1, refused: 0 });
    expect(bars[56]).toEqual({ events: 2, refused: 1 });
    expect(lastMinute).toBe(3);
  });

  it('counts a person once, and lets them go after five minutes', () => {
    const pulse = addToPulse(
      addToPulse(EMPTY_PULSE, [
        fakeLiveEvent({ received_at: ago(290), distinct_id: 'ana' }),
        fakeLiveEvent({ received_at: ago(100), distinct_id: 'bo' }),
      ]),
      [fakeLiveEvent({ received_at: ago(100), distinct_id: 'ana' })],
    );
    expect(readPulse(pulse, NOW).people).toBe(2);
    expect(readPulse(pulse, NOW + 250_000).people).toBe(0);
  });

  it('counts a visitor who signs in once, and nobody for what was refused', () => {
    const device = { event: 'x', anonymous_id: 'device-1' };
    const pulse = addToPulse(EMPTY_PULSE, [
      fakeLiveEvent({ received_at: ago(9), distinct_id: 'device-1', arrived: device }),
      fakeLiveEvent({
        received_at: ago(8),
        distinct_id: 'ana',
        arrived: { ...device, user_id: 'ana' },
      }),
      fakeLiveEvent({ received_at: ago(7), distinct_id: 'bo', kind: 'rejected', arrived: {} }),
    ]);
    expect(readPulse(pulse, NOW).people).toBe(1);
  });

  it('tells refused from duplicates', () => {
    const pulse = addToPulse(EMPTY_PULSE, [
      fakeLiveEvent({ received_at: ago(1), kind: 'rejected' }),
      fakeLiveEvent({ received_at: ago(1), kind: 'dead' }),
      fakeLiveEvent({ received_at: ago(1), kind: 'duplicate' }),
    ]);
    expect(readPulse(pulse, NOW)).toMatchObject({ refused: 2, duplicates: 1 });
  });

  it('gives the median of what was stored, and none before anything was', () => {
    const stored = (ms: number) => fakeLiveEvent({ received_at: ago(1), stored_at: ago(1) + ms });
    const median = (...all: number[]) =>
      readPulse(addToPulse(EMPTY_PULSE, all.map(stored)), NOW).medianLatencyMs;
    expect(median(30, 2, 9)).toBe(9);
    expect(median(30, 2, 9, 11)).toBe(10);
    expect(readPulse(EMPTY_PULSE, NOW).medianLatencyMs).toBeNull();
  });

  it('remembers five minutes and no more, however long it runs', () => {
    let pulse = EMPTY_PULSE;
    for (let second = 900; second >= 0; second -= 1) {
      pulse = addToPulse(pulse, [fakeLiveEvent({ received_at: ago(second) })]);
    }
    expect(pulse.seconds).toHaveLength(300);
    expect(pulse.latenciesMs).toHaveLength(500);
  });

  it('places an event from a clock slightly ahead in the current second', () => {
    const pulse = addToPulse(EMPTY_PULSE, [fakeLiveEvent({ received_at: NOW + 1_500 })]);
    expect(readPulse(pulse, NOW).bars.at(-1)?.events).toBe(1);
  });
});
