import type { Topic } from '@px-platform/protocol';
import type { Lane } from './lane.js';
import type { EventLog } from './port.js';
import { createLane } from './lane.js';
import { LogUnavailableError } from './port.js';

export interface DirectEventLogOptions {
  /** Most records given to a consumer in one call. @default 5000 */
  readonly maxBatch?: number;
  /** Most records of one topic that may be unanswered; appends beyond it are refused. @default 50000 */
  readonly maxPending?: number;
  /** Topics whose appends succeed while nobody consumes them. @default ['events_enriched', 'events_aggregated'] */
  readonly optionalTopics?: readonly Topic[];
}

/**
 * The event log of a single process: an append resolves once the topic's consumer has resolved for
 * its records, so an answered event is a stored event. Nothing is kept: what was not answered is
 * still the sender's.
 */
export function createDirectEventLog({
  maxBatch = 5_000,
  maxPending = 50_000,
  optionalTopics = ['events_enriched', 'events_aggregated'],
}: DirectEventLogOptions = {}): EventLog {
  atLeastOne('maxBatch', maxBatch);
  atLeastOne('maxPending', maxPending);
  const laneOf = <T extends Topic>(topic: T): Lane<T> =>
    createLane(topic, { maxBatch, maxPending, isOptional: optionalTopics.includes(topic) });
  const lanes: { readonly [T in Topic]: Lane<T> } = {
    events_raw: laneOf('events_raw'),
    events_enriched: laneOf('events_enriched'),
    events_aggregated: laneOf('events_aggregated'),
    events_dead: laneOf('events_dead'),
  };
  const needed = (Object.keys(lanes) as Topic[]).filter((topic) => !optionalTopics.includes(topic));
  let isClosed = false;

  function lane<T extends Topic>(topic: T): Lane<T> {
    return lanes[topic];
  }

  return {
    append(topic, records) {
      if (isClosed) return Promise.reject(new LogUnavailableError('the event log is closed'));
      return lane(topic).append(records);
    },
    async consume(topic, handler) {
      if (isClosed) throw new Error('the event log is closed');
      const { attach, detach } = lane(topic);
      attach(handler);
      let detached: Promise<void> | null = null;
      return () => (detached ??= detach());
    },
    isReady() {
      return (
        !isClosed && needed.every((topic) => lanes[topic].isAttached() && lanes[topic].hasRoom())
      );
    },
    lag: async (topic) => [lanes[topic].pending()],
    async close() {
      isClosed = true;
      await Promise.all(Object.values(lanes).map(({ drained }) => drained()));
    },
  };
}

function atLeastOne(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new RangeError(`${name} must be a whole number of at least 1, got ${value}`);
  }
}
