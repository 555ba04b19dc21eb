import type { EventDetails } from '../event-maker.js';
import type { RequestHost } from '../request-host.js';

/** What families use of a client, whatever its events and flags are. */
export interface FamilyHost extends RequestHost {
  track(event: string, properties?: object, details?: EventDetails): void;
}

/** Records an event of a family `E`: names, with the properties that each has. More properties may be said. */
export type FamilyVerb<E> = <N extends keyof E & string>(
  event: N,
  properties: E[N] & Readonly<Record<string, unknown>>,
  details?: EventDetails,
) => void;
