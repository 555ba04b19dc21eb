import { AsyncLocalStorage } from 'node:async_hooks';
import {
  createIntake,
  createLedger,
  createUuidv7,
  DROP_REASONS,
  PRIORITIES,
  undecided,
  type DropReason,
  type FlagAttributes,
  type FlagValues,
  type Stats,
} from '@px-platform/sdk-core';
import type { BootstrapOptions } from './bootstrap.js';
import { readClientOptions, type ClientOptions } from './client-options.js';
import { openFlags, toReads, type ServerFlagReads, type ServerFlags } from './create-flags.js';
import { NODE_DROP_REASONS } from './errors.js';
import { createEventDelivery } from './event-delivery.js';
import { createEventMaker, type Call } from './event-maker.js';
import { createEventQueue } from './event-queue.js';
import { createEventSender } from './event-sender.js';
import { createEventVerbs, type EventVerbs } from './event-verbs.js';
import { exposureCall } from './exposure-call.js';
import type { FlagExposure } from './exposures.js';
import { openNoFlags } from './no-flags.js';
import { createNodeLogger } from './node-logger.js';
import { clock, nodePlatform, onBeforeExit } from './node-platform.js';
import { attributesIn, callIn, type RequestContext } from './request-context.js';
import { SDK_INFO } from './sdk-info.js';

/** The verbs of one request: of whoever it is from, unless a call says otherwise. */
export interface RequestClient<M extends object = PxFlagTypes>
  extends EventVerbs, ServerFlagReads<M> {
  /**
   * What was decided for one person, for the HTML that is written for them; the page tells who was exposed.
   * @example
   * <PXProvider options={options} bootstrap={await px.bootstrap()}>
   */
  readonly bootstrap: (
    context?: FlagAttributes,
    options?: BootstrapOptions,
  ) => Promise<FlagValues | undefined>;
}

/** Events of a server. It holds no person: each call says whom it is about. */
export interface NodeClient<M extends object = PxFlagTypes> extends RequestClient<M> {
  /** What else there is of flags: `ready`, `status`, `evaluate` and so on. */
  readonly flags: ServerFlags<M>;
  /**
   * The same verbs for one request.
   * @example
   * const request = px.forRequest({ userId: 'ada', sessionId });
   * request.track('invoice_paid', { amount: 12 });
   */
  readonly forRequest: (context: RequestContext) => RequestClient<M>;
  /** Runs it, and what it calls and waits for, within a request: the client's own verbs are that request's there. */
  readonly withRequest: <T>(context: RequestContext, run: () => T) => T;
  /** Sends what waits. Resolves when it is settled, or has to wait for better times; never rejects. */
  readonly flush: () => Promise<void>;
  /** What became of events. Always: accepted = delivered + pending + dropped. */
  readonly stats: () => Stats;
  /** Sends what waits, trying again for so long, then drops and counts what is left. Resolves with the books. */
  readonly shutdown: (options?: { readonly timeoutMs?: number }) => Promise<Stats>;
}

/**
 * Creates a client for a process and a key. `M` is a map of flags to the types of their values.
 * @example
 * const px = createClient({ apiKey, endpoint: 'https://px.example.com' });
 * px.track('invoice_paid', { amount: 12 }, { userId: 'ada' });
 * await px.shutdown();
 */
export function createClient<M extends object = PxFlagTypes>(
  options: ClientOptions,
): NodeClient<M> {
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
  const requests = new AsyncLocalStorage<RequestContext>();
  let closing: Promise<Stats> | null = null;

  /** The edge towards the process: nothing of ours may break it. */
  const recordIn =
    (bound?: RequestContext) => (makeCall: () => Call | { readonly refused: DropReason }) => {
      try {
        if (closing) return ledger.refuse(NODE_DROP_REASONS.shutdown);
        if (!isUsable) return ledger.refuse(NODE_DROP_REASONS.unusable);
        const call = makeCall();
        const made = 'refused' in call ? call : make(callIn(bound ?? requests.getStore(), call));
        if ('refused' in made) ledger.refuse(made.refused);
        else intake(made, PRIORITIES.custom);
      } catch (cause) {
        ledger.refuse(DROP_REASONS.internal);
        log.error('call', cause);
      }
    };
  // An exposure says by itself whose it is.
  const expose = (exposure: FlagExposure, context: FlagAttributes) =>
    recordIn({})(() => exposureCall(exposure, context));

  const { flags: flagOptions } = settings;
  const { flags, look } =
    flagOptions === false
      ? openNoFlags<M>()
      : openFlags<M>({
          ...flagOptions,
          apiKey: settings.apiKey,
          endpoint: settings.endpoint,
          log: settings.log,
          onExposure(exposure, context) {
            expose(exposure, context);
            flagOptions.onExposure?.(exposure, context);
          },
        });
  const readsIn = (bound?: RequestContext) =>
    toReads<M>((key, given, ...rest) => {
      try {
        return look(key, attributesIn(bound ?? requests.getStore(), given), ...rest);
      } catch (cause) {
        log.error('call', cause);
        return undecided('error');
      }
    });

  const verbsIn = (bound?: RequestContext): RequestClient<M> => ({
    ...createEventVerbs({ record: recordIn(bound), log }),
    ...readsIn(bound),
    async bootstrap(given, options) {
      try {
        const context = attributesIn(bound ?? requests.getStore(), given ?? undefined);
        return await flags.bootstrap(context ?? {}, options);
      } catch (cause) {
        log.error('call', cause);
        return undefined;
      }
    },
  });

  /** The newest event that was given its last chance. */
  let lastChance = 0;
  const stopListening = onBeforeExit(() => {
    // It is told again once that is over: what could not be sent then does not keep the process.
    if (queue.oldest() === Infinity || queue.newest() === lastChance) return;
    lastChance = queue.newest();
    void delivery.settleWithin(settings.exitTimeoutMs);
  });

  return {
    ...verbsIn(),
    flags,
    // A request is what it says: nothing of one around it, which may be somebody else's.
    forRequest: (context) => verbsIn({ ...context }),
    withRequest: (context, run) => requests.run({ ...context }, run),
    flush: delivery.flush,
    stats: ledger.stats,
    shutdown(given) {
      closing ??= (async () => {
        stopListening();
        flags.close();
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
