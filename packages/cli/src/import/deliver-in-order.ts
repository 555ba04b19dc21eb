import type { Deliver, Delivery } from './deliver.js';

/** Keeps several batches on their way, and tells of their answers in the order in which they were given. */
export interface InOrder {
  /** Resolves once there is room for one more. Rejects for whichever of those before it failed. */
  push(texts: readonly string[], settle: (answer: Delivery) => Promise<void>): Promise<void>;
  /** Resolves once all are settled, or rejects as soon as one fails. */
  all(): Promise<void>;
  /** Resolves once nothing is on its way any more, however it ended. */
  quiet(): Promise<void>;
}

/** A collector answers when its log has a batch: while one waits for that, others are on their way. */
const MOST_UNDERWAY = 4;
const NOTHING: Delivery = { accepted: 0, dropped: [] };

export function deliverInOrder(deliver: Deliver): InOrder {
  const underway: Promise<void>[] = [];

  return {
    async push(texts, settle) {
      if (underway.length >= MOST_UNDERWAY) await underway.shift();
      const before = underway.at(-1);
      const sending = (async () => {
        const answer = texts.length > 0 ? await deliver(texts) : NOTHING;
        // Whichever is answered first: what was settled has no holes.
        await before;
        await settle(answer);
      })();
      // Whoever waits for it is told; until then it is nobody's.
      sending.catch(() => {});
      underway.push(sending);
    },
    async all() {
      await Promise.all(underway);
    },
    async quiet() {
      await Promise.allSettled(underway);
    },
  };
}
