import { CONTROL_EVENTS, EVENT_NAMES } from '@px-platform/protocol';
import {
  DROP_REASONS,
  parseUserId,
  type DeclaredTypes,
  type DropReason,
  type Logger,
  type PxTypes,
  type Track,
} from '@px-platform/sdk-core';
import type { ErrorReport } from './error-reports.js';
import type { Call, EventDetails } from './event-maker.js';

/** What is said of a person beside their traits. */
export interface IdentifyDetails extends Omit<EventDetails, 'userId'> {
  /** Traits that are set only where nothing is yet. */
  readonly traitsOnce?: object | undefined;
}

/** A page that a server has shown. */
export interface PageProperties {
  readonly url?: string | undefined;
  readonly title?: string | undefined;
  readonly referrer?: string | undefined;
  readonly [property: string]: unknown;
}

/** The verbs that send. None throws, whatever it is given, and none waits for the network. `T` says which events there are. */
export interface EventVerbs<T extends PxTypes = DeclaredTypes> {
  /** Records that something happened. */
  readonly track: Track<T, [details?: EventDetails]>;
  /** Says who a person is. With `anonymousId` that device is theirs. */
  readonly identify: (userId: string, traits?: object, details?: IdentifyDetails) => void;
  /** Says that what was done under an id was done by this person. */
  readonly alias: (
    userId: string,
    previousId: string,
    details?: Omit<EventDetails, 'userId'>,
  ) => void;
  /** Says what somebody belongs to, and what that is like. */
  readonly group: (type: string, key: string, traits?: object, details?: EventDetails) => void;
  /** Records that somebody was shown a page. */
  readonly page: (page?: PageProperties, details?: EventDetails) => void;
  /**
   * Records an error that you have caught, with what you know about it. Where nobody is known it is the service's.
   * @example
   * px.captureError(error, { job: 'invoices' });
   */
  readonly captureError: (error: unknown, properties?: object, details?: EventDetails) => void;
}

/** Creates the verbs. `record` answers why there is no event, and never throws. */
export function createEventVerbs<T extends PxTypes>({
  record,
  report,
  log,
}: {
  readonly record: (make: () => Call | { readonly refused: DropReason }) => void;
  readonly report: (report: ErrorReport) => void;
  readonly log: Logger;
}): EventVerbs<T> {
  const refuse = (refused: DropReason, ...call: readonly unknown[]) => {
    log.error(refused, ...call);
    return { refused };
  };
  const track: Track<PxTypes, [details?: EventDetails]> = (event, properties, details) =>
    record(() => ({ verb: 'track', event, properties, details }));
  return {
    // Which properties go with which events is the caller's word: it cannot be known here.
    track: track as Track<T, [details?: EventDetails]>,
    identify: (userId, traits = {}, given) =>
      record(() => {
        if (parseUserId(userId) === null)
          return refuse(DROP_REASONS.invalidUserId, 'identify', userId);
        const { traitsOnce, ...details }: IdentifyDetails = given ?? {};
        return {
          verb: 'identify',
          event: CONTROL_EVENTS.identify,
          properties: { $set: traits, ...(traitsOnce && { $set_once: traitsOnce }) },
          details: { ...details, userId },
          isControl: true,
        };
      }),
    alias: (userId, previousId, details) =>
      record(() => {
        const previous = parseUserId(previousId);
        if (parseUserId(userId) === null || previous === null)
          return refuse(DROP_REASONS.invalidUserId, 'alias', userId, previousId);
        return {
          verb: 'alias',
          event: CONTROL_EVENTS.alias,
          properties: { previous_id: previous },
          details: { ...details, userId },
          isControl: true,
        };
      }),
    group: (type, givenKey, traits = {}, details) =>
      record(() => {
        const key = parseUserId(givenKey);
        if (key === null || typeof type !== 'string' || !type)
          return refuse(DROP_REASONS.invalidGroup, 'group', type, givenKey);
        return {
          verb: 'group',
          event: CONTROL_EVENTS.group,
          properties: { type, key, $set: traits },
          details,
          isControl: true,
        };
      }),
    page: (page, details) =>
      record(() => {
        const { url, title, referrer, ...properties }: PageProperties = page ?? {};
        const shown = {
          ...(url && { url }),
          ...(title && { title }),
          ...(referrer && { referrer }),
        };
        const context = { page: shown, ...details?.context };
        const event = EVENT_NAMES.pageView;
        return { verb: 'page', event, properties, details: { ...details, context } };
      }),
    captureError: (error, properties, details) => report({ error, properties, details }),
  };
}
