import type { EventContext, JsonObject, PxEvent } from '@px-platform/protocol';
import type { Consents } from './consent.js';
import type { Disposer } from './disposer.js';
import type { DropReason } from './errors.js';
import type { Identity } from './identity.js';
import type { Logger } from './logger.js';
import type { ClientOptions } from './options.js';
import type { Platform } from './platform.js';
import type { TrackDetails } from './plugins.js';

/** How an event is to be recorded. */
export interface RecordDetails extends TrackDetails {
  /** Whose it is, where that is not the person of this page. */
  readonly userId?: string | undefined;
}

/** What an event says of itself, before it has a place. */
export interface Said {
  readonly event: string;
  readonly properties: JsonObject;
  readonly context: EventContext;
}

/** All that features may reach. */
export interface FeatureContext {
  readonly options: ClientOptions;
  /** Its clock is the page's own, and what its storage keeps outlives the page only while the person agrees to analytics. */
  readonly platform: Platform;
  readonly identity: Pick<Identity, 'get'>;
  readonly log: Logger;
  /** Where consent stands. */
  readonly consent: () => Consents;
  /** Records a control event. */
  record(event: string, properties: object, details?: RecordDetails): void;
  /** Tells the other features that what is kept of the person is another. @default there are no others */
  readonly personChanged?: () => void;
  /** Counts a call that is not followed, and says so: which verb, with what. */
  refuse(reason: DropReason, verb: string, ...args: readonly unknown[]): void;
}

/** What a client knows beyond sessions, people and delivery. A small build does without. */
export interface Features<V extends object = object> {
  /** More verbs for the client. */
  readonly verbs: V;
  /** Adds to what an event says, at the moment it is tracked. */
  describe(said: Said): Said;
  /** Says more of an event that has its place, or takes out what must not leave the page. */
  finish(event: PxEvent, details: RecordDetails): PxEvent;
  /** What another feature keeps of the person is another. */
  readonly onPersonChange?: () => void;
  /** The person is gone. */
  reset(): void;
  /** The client is shut down. */
  readonly dispose?: Disposer;
}

/** Makes the features of one client. */
export type CreateFeatures<V extends object = object> = (context: FeatureContext) => Features<V>;
