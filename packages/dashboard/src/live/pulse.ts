import type { LiveEvent } from '@px-platform/protocol';
import { eventFacts } from './event-facts.js';
import { storedLatencyMs } from './event-outcome.js';

/** One second of the feed. */
interface PulseSecond {
  readonly second: number;
  readonly events: number;
  readonly duplicates: number;
  readonly refused: number;
  readonly people: ReadonlySet<string>;
}

/** What the figures need to remember: five minutes of seconds, and the latest latencies. */
export interface Pulse {
  /** Oldest first; seconds without events are absent. */
  readonly seconds: readonly PulseSecond[];
  readonly latenciesMs: readonly number[];
}

/** The figures as shown. */
export interface PulseReading {
  /** Events in each of the last 60 seconds, oldest first; how many of them were refused beside it. */
  readonly bars: readonly { readonly events: number; readonly refused: number }[];
  readonly lastMinute: number;
  readonly people: number;
  readonly duplicates: number;
  readonly refused: number;
  readonly medianLatencyMs: number | null;
}

const WINDOW_SECONDS = 300;
const BAR_SECONDS = 60;
const LATENCIES = 500;

export const EMPTY_PULSE: Pulse = { seconds: [], latenciesMs: [] };

/** The pulse after some more events. Time is what the events say: when the server received them. */
export function addToPulse(pulse: Pulse, events: readonly LiveEvent[]): Pulse {
  if (events.length === 0) return pulse;
  const seconds = new Map(pulse.seconds.map((entry) => [entry.second, entry]));
  const people = new Map<number, Set<string>>();
  const latenciesMs = [...pulse.latenciesMs];
  for (const event of events) {
    const second = Math.floor(event.received_at / 1_000);
    const entry = seconds.get(second);
    let seen = people.get(second);
    if (!seen) people.set(second, (seen = new Set(entry?.people)));
    const person = personOf(event);
    if (person !== null) seen.add(person);
    seconds.set(second, {
      second,
      events: (entry?.events ?? 0) + 1,
      duplicates: (entry?.duplicates ?? 0) + (event.kind === 'duplicate' ? 1 : 0),
      refused: (entry?.refused ?? 0) + (isRefused(event) ? 1 : 0),
      people: seen,
    });
    const latency = storedLatencyMs(event);
    if (latency !== null) latenciesMs.push(latency);
  }
  const newest = Math.max(...seconds.keys());
  return {
    seconds: [...seconds.values()]
      .filter(({ second }) => second > newest - WINDOW_SECONDS)
      .sort((a, b) => a.second - b.second),
    latenciesMs: latenciesMs.slice(-LATENCIES),
  };
}

/** The figures at a moment of the server's clock. */
export function readPulse(pulse: Pulse, nowMs: number): PulseReading {
  const now = Math.floor(nowMs / 1_000);
  const bars = Array.from({ length: BAR_SECONDS }, () => ({ events: 0, refused: 0 }));
  const people = new Set<string>();
  let lastMinute = 0;
  let duplicates = 0;
  let refused = 0;
  for (const entry of pulse.seconds) {
    // The clocks may differ by a little: what seems to come from the next second belongs to this one.
    const age = Math.max(0, now - entry.second);
    if (age >= WINDOW_SECONDS) continue;
    for (const person of entry.people) people.add(person);
    duplicates += entry.duplicates;
    refused += entry.refused;
    const bar = bars[BAR_SECONDS - 1 - age];
    if (!bar) continue;
    bar.events += entry.events;
    bar.refused += entry.refused;
    lastMinute += entry.events;
  }
  const { latenciesMs } = pulse;
  return {
    bars,
    lastMinute,
    people: people.size,
    duplicates,
    refused,
    medianLatencyMs: median(latenciesMs),
  };
}

/** A device through its whole visit: by the known id, one who signs in would be counted twice. */
function personOf(event: LiveEvent): string | null {
  if (isRefused(event)) return null;
  return eventFacts(event).anonymousId ?? event.distinct_id;
}

function isRefused(event: LiveEvent): boolean {
  return event.kind === 'rejected' || event.kind === 'dead';
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const high = sorted[Math.floor(middle)];
  if (high === undefined) return null;
  return Number.isInteger(middle) ? (high + (sorted[middle - 1] ?? high)) / 2 : high;
}
