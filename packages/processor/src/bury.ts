import type { DeadEvent } from '@px-platform/protocol';
import type { EventStore } from '@px-platform/store';
import type { LiveFeed } from './live-feed.js';
import { maskDead } from './mask/mask-dead.js';
import type { FindMaskers } from './mask/masking.js';

export interface BuryDeps {
  readonly eventStore: Pick<EventStore, 'insertDead'>;
  readonly liveFeed: Pick<LiveFeed, 'dead'>;
  readonly findMaskers: FindMaskers;
}

/** Stores dead letters and tells the live page; as they are answered, they are safe. */
export type Bury = (dead: readonly DeadEvent[]) => Promise<readonly DeadEvent[]>;

/** THE way of every dead letter: none is stored, or shown, with what it says of people. */
export function createBury({ eventStore, liveFeed, findMaskers }: BuryDeps): Bury {
  return async (dead) => {
    const maskerOf = await findMaskers(dead);
    const masked = dead.map((letter) => maskDead(letter, maskerOf(letter)));
    await eventStore.insertDead(masked);
    liveFeed.dead(masked);
    return masked;
  };
}
