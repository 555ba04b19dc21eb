import type { Ledger } from './ledger.js';
import type { Logger } from './logger.js';
import type { ClientOptions } from './options.js';
import type { Platform } from './platform.js';

/** What the outbox is told, and tells. */
export interface OutboxParts {
  readonly platform: Platform;
  readonly options: ClientOptions;
  readonly ledger: Ledger;
  readonly log: Logger;
  /** Whether the database may be opened to look for what other pages left. What this page was given is sent all the same. */
  readonly isAllowed: () => boolean;
  /** Makes an event of the losses. */
  readonly report: () => void;
  /** Another page says that something has changed. */
  readonly onNudge: () => void;
}
