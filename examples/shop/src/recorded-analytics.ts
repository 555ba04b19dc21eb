import type { Analytics } from './analytics.js';

/** One call that reached analytics: a verb or an event's name, and what came with it. */
export type Recorded = readonly [name: string, properties?: unknown];

/** Analytics for tests: remembers every call in order and sends nothing. */
export function recordedAnalytics(): Analytics & { readonly calls: Recorded[] } {
  const calls: Recorded[] = [];
  return {
    calls,
    track: (name, properties) => void calls.push([name, properties]),
    act: (properties) => void calls.push(['user_action', properties]),
    identify: (userId, traits) => void calls.push(['identify', { userId, traits }]),
    reset: () => void calls.push(['reset']),
    notice: () => '',
    onNotice: () => () => {},
  };
}
