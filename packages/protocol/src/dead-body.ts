import type { ServerContext } from './event.js';
import { LIMITS } from './limits.js';
import type { AcceptedEvent } from './stages.js';

/** More than anybody sends an event again. Not among the limits: pages carry those. */
const MOST_ATTEMPTS = 1_000_000;

/**
 * The body of a dead letter: the event so that it can be sent again, with the browser it came with. Its address is
 * left out: nobody needs it to mend an event, and it would lie about for a month.
 */
export function deadBody({ event, user_agent }: AcceptedEvent): string {
  const context: ServerContext = { ...event.context, ...(user_agent && { user_agent }) };
  return JSON.stringify({ ...event, context }).slice(0, LIMITS.eventBytes);
}

/**
 * The how manieth attempt to store an event this is: 1, unless its sender says that it is a dead letter sent again.
 * Of an event that was refused nothing is known to be as it should, so it may be anything.
 */
export function attemptOf(event: unknown): number {
  const { context } = Object(event) as { readonly context?: unknown };
  const { attempt } = Object(context) as { readonly attempt?: unknown };
  return typeof attempt === 'number' && Number.isSafeInteger(attempt)
    ? Math.min(Math.max(attempt, 1), MOST_ATTEMPTS)
    : 1;
}
