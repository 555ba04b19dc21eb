import { describe, expect, it } from 'vitest';
import { EMPTY_ENRICHMENT, type LiveEvent } from '@px-platform/protocol';
import { liveStream } from '@px-platform/store';
import { createLiveFeed } from './live-feed.js';
import type { ProcessedEvent } from './sinks/sink.js';

const NOW = 1_764_072_000_000;

function stored(project_id: string, event_id: string): ProcessedEvent {
  return {
    event: {
      schema_version: 1,
      tenant_id: 't',
      project_id,
      event: { event_id, event: 'x', timestamp: NOW },
      client_timestamp: NOW,
      timestamp: NOW,
      clock: 'client',
      received_at: NOW,
      ip: null,
      user_agent: null,
      hints: {},
      sdk: null,
      person: 1,
      enrichment: EMPTY_ENRICHMENT,
    },
    reports: [],
    anonymous: null,
  };
}

describe('given a batch with more events of a project than its live page holds', () => {
  it('tells of the newest, counts the others, and holds back nothing of another project', () => {
    const told = new Map<string, string[]>();
    let uncounted = 0;
    const feed = createLiveFeed(
      {
        async publish(stream, value) {
          told.set(stream, [...(told.get(stream) ?? []), String((value as LiveEvent).event_id)]);
          return 'published';
        },
      },
      {
        clock: () => NOW,
        metrics: { countUnpublished: (_what, count) => (uncounted += count) },
        log: { info() {}, warn() {}, error() {} },
      },
    );

    feed.stored([
      stored('small', 'one'),
      ...Array.from({ length: 1_200 }, (_, number) => stored('busy', String(number))),
    ]);

    expect(told.get(liveStream('small'))).toEqual(['one']);
    expect(told.get(liveStream('busy'))).toEqual(
      Array.from({ length: 500 }, (_, number) => String(700 + number)),
    );
    expect(uncounted).toBe(700);
  });
});
