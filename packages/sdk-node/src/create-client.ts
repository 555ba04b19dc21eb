import { CONTROL_EVENTS, EVENT_NAMES, type PxEvent } from '@px-platform/protocol';
import {
  createIntake,
  createLedger,
  createUuidv7,
  DROP_REASONS,
  parseUserId,
  PRIORITIES,
  type DropReason,
  type Stats,
} from '@px-platform/sdk-core';
import { readClientOptions, type ClientOptions } from './client-options.js';
import { NODE_DROP_REASONS } from './errors.js';
import { createEventDelivery } from './event-delivery.js';
import { createEventMaker, type Call, type EventDetails } from './event-maker.js';
import { createEventQueue } from './event-queue.js';
import { createEventSender } from './event-sender.js';
import { createNodeLogger } from './node-logger.js';
import { clock, nodePlatform, onBeforeExit } from './node-platform.js';
import { SDK_INFO } from './sdk-info.js';

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

/** The verbs that send. None throws, whatever it is given, and none waits for the network. */
export interface EventVerbs {
  /** Records that something happened. */
  readonly track: (event: string, properties?: object, details?: EventDetails) => void;
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
}

/** Events of a server. It holds no person: each call says whom it is about. */
export interface NodeClient extends EventVerbs {
  /** Sends what waits. Resolves when it is settled, or has to wait for better times; never rejects. */
  readonly flush: () => Promise<void>;
  /** What became of events. Always: accepted = delivered + pending + dropped. */
  readonly stats: () => Stats;
  /** Sends what waits, trying again for so long, then drops and counts what is left. Resolves with the books. */
  readonly shutdown: (options?: { readonly timeoutMs?: number }) => Promise<Stats>;
}

/**
 * Creates a client for a process and a key.
 * @example
 * const px = createClient({ apiKey, endpoint: 'https://px.example.com' });
 * px.track('invoice_paid', { amount: 12 }, { userId: 'ada' });
 * await px.shutdown();
 */
export function createClient(options: ClientOptions): NodeClient {
  const { settings, isUsable, problems } = readClientOptions(options);
  const log = createNodeLogger(settings.log, problems);

  const ledger = createLedger(clock, log);
  const createId = createUuidv7({ ...nodePlatform, clock });
  const queue = createEventQueue({
    maxEvents: settings.maxQueueEvents,
    maxBytes: settings.maxQueueBytes,
    ledger,
    onFull: () => log.warn('full'),
  });
  const sender = createEventSender({ ...settings, sdk: SDK_INFO });
  const delivery = createEventDelivery({ queue, sender, ledger, log, settings });
  const make = createEventMaker({ createId, context: settings.context, log });
  const intake = createIntake({
    beforeSend(event) {
      try {
        return settings.beforeSend ? settings.beforeSend(event) : event;
      } catch (cause) {
        // It may be what takes secrets out: the event does not go on unedited.
        log.error('before_send', 'beforeSend failed; the event is dropped.', cause);
        return null;
      }
    },
    onEvent() {},
    outbox: {
      add(entry) {
        queue.add(entry);
        delivery.notify();
      },
    },
    ledger,
    log,
  });

  let closing: Promise<Stats> | null = null;
  const whyNot = (): DropReason | null =>
    closing ? NODE_DROP_REASONS.shutdown : isUsable ? null : NODE_DROP_REASONS.unusable;
  const isEvent = (made: ReturnType<typeof make>): made is PxEvent => 'event_id' in made;

  /** The edge towards the process: nothing of ours may break it. */
  const guard = (run: () => DropReason | null) => {
    try {
      const reason = whyNot() ?? run();
      if (reason) ledger.refuse(reason);
    } catch (cause) {
      ledger.refuse(DROP_REASONS.internal);
      log.error('call', cause);
    }
  };
  const record = (call: Call): DropReason | null => {
    const made = make(call);
    if (!isEvent(made)) return made.refused;
    intake(made, PRIORITIES.custom);
    return null;
  };
  const control = (verb: string, event: string, properties: object, details: EventDetails) =>
    record({ verb, event, properties, details, isControl: true });

  /** The newest event that was given its last chance. */
  let lastChance = 0;
  const stopListening = onBeforeExit(() => {
    // It is told again once that is over: what could not be sent then does not keep the process.
    if (queue.oldest() === Infinity || queue.newest() === lastChance) return;
    lastChance = queue.newest();
    void delivery.settleWithin(settings.exitTimeoutMs);
  });

  return {
    track: (event, properties, details) =>
      guard(() => record({ verb: 'track', event, properties, details })),
    identify: (userId, traits = {}, details) =>
      guard(() => {
        const { traitsOnce, ...rest }: IdentifyDetails = details ?? {};
        const said = { $set: traits, ...(traitsOnce && { $set_once: traitsOnce }) };
        if (parseUserId(userId) === null) {
          log.error(DROP_REASONS.invalidUserId, 'identify', userId);
          return DROP_REASONS.invalidUserId;
        }
        return control('identify', CONTROL_EVENTS.identify, said, { ...rest, userId });
      }),
    alias: (userId, previousId, details) =>
      guard(() => {
        const previous = parseUserId(previousId);
        if (parseUserId(userId) === null || previous === null) {
          log.error(DROP_REASONS.invalidUserId, 'alias', userId, previousId);
          return DROP_REASONS.invalidUserId;
        }
        const said = { previous_id: previous };
        return control('alias', CONTROL_EVENTS.alias, said, { ...details, userId });
      }),
    group: (type, givenKey, traits = {}, details) =>
      guard(() => {
        const key = parseUserId(givenKey);
        if (key === null || typeof type !== 'string' || !type) {
          log.error(DROP_REASONS.invalidGroup, 'group', type, givenKey);
          return DROP_REASONS.invalidGroup;
        }
        return control('group', CONTROL_EVENTS.group, { type, key, $set: traits }, details ?? {});
      }),
    page: (page, details) =>
      guard(() => {
        const { url, title, referrer, ...properties }: PageProperties = page ?? {};
        const shown = {
          ...(url && { url }),
          ...(title && { title }),
          ...(referrer && { referrer }),
        };
        const context = { page: shown, ...details?.context };
        const event = EVENT_NAMES.pageView;
        return record({ verb: 'page', event, properties, details: { ...details, context } });
      }),
    flush: delivery.flush,
    stats: ledger.stats,
    shutdown(given) {
      closing ??= (async () => {
        stopListening();
        const { timeoutMs } = given ?? {};
        await delivery.settleWithin(
          typeof timeoutMs === 'number' && timeoutMs >= 0 ? timeoutMs : settings.shutdownTimeoutMs,
        );
        delivery.close();
        return ledger.stats();
      })();
      return closing;
    },
  };
}
