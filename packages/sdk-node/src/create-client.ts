import { AsyncLocalStorage } from 'node:async_hooks';
import {
  createIntake,
  createLedger,
  DROP_REASONS,
  PRIORITIES,
  undecided,
  type DeclaredTypes,
  type DropReason,
  type FlagAttributes,
  type FlagValues,
  type PxTypes,
  type Stats,
} from '@px-platform/sdk-core';
import type { BootstrapOptions } from './bootstrap.js';
import { readClientOptions, type ClientOptions } from './client-options.js';
import { openFlags, toReads, type ServerFlagReads, type ServerFlags } from './create-flags.js';
import { NODE_DROP_REASONS } from './errors.js';
import { createErrorReports, type ErrorReport } from './error-reports.js';
import { createEventDelivery } from './event-delivery.js';
import { createEventIds } from './event-id.js';
import { createEventMaker, type Call } from './event-maker.js';
import { createEventQueue } from './event-queue.js';
import { createEventSender } from './event-sender.js';
import { createEventVerbs, type EventVerbs } from './event-verbs.js';
import { exposureCall } from './exposure-call.js';
import type { FlagExposure } from './exposures.js';
import { openNoFlags } from './no-flags.js';
import { createNodeLogger } from './node-logger.js';
import { clock, nodePlatform, onUncaught } from './node-platform.js';
import { onProcessEnd } from './process-end.js';
import { attributesIn, callIn, type RequestContext } from './request-context.js';
import { SDK_INFO } from './sdk-info.js';
import { createEventSpool, type SpoolStats } from './spool/event-spool.js';
import { createWaitUntil } from './wait-until.js';

/** What became of events, and what is on disk where there is a spool. */
export interface NodeStats extends Stats {
  readonly spool?: SpoolStats;
}

/** The verbs of one request: of whoever it is from, unless a call says otherwise. */
export interface RequestClient<T extends PxTypes = DeclaredTypes>
  extends EventVerbs<T>, ServerFlagReads<T> {
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

/** What became of events, and what is on disk where there is a spool. */
export interface NodeStats extends Stats {
  readonly spool?: SpoolStats;
}

/** Events of a server. It holds no person: each call says whom it is about. */
export interface NodeClient<T extends PxTypes = DeclaredTypes> extends RequestClient<T> {
  /** What else there is of flags: `ready`, `status`, `evaluate` and so on. */
  readonly flags: ServerFlags<T>;
  /**
   * The same verbs for one request.
   * @example
   * const request = px.forRequest({ userId: 'ada', sessionId });
   * request.track('invoice_paid', { amount: 12 });
   */
  readonly forRequest: (context: RequestContext) => RequestClient<T>;
  /** Runs it, and what it calls and waits for, within a request: the client's own verbs are that request's there. */
  readonly withRequest: <R>(context: RequestContext, run: () => R) => R;
  /** Sends what waits. Resolves when it is settled, or has to wait for better times; never rejects. */
  readonly flush: () => Promise<void>;
  /** What became of events. Always: accepted = delivered + pending + dropped. */
  readonly stats: () => NodeStats;
  /**
   * Sends what waits, trying again for so long. What is left then stays on disk, where there is a spool, and is dropped and counted where
   * there is none. Resolves with the books.
   */
  readonly shutdown: (options?: { readonly timeoutMs?: number }) => Promise<NodeStats>;
}

/**
 * Creates a client for a process and a key. `T` says which flags, experiments and events there are.
 * @example
 * const px = createClient({ apiKey, endpoint: 'https://px.example.com' });
 * px.track('invoice_paid', { amount: 12 }, { userId: 'ada' });
 * await px.shutdown();
 */
export function createClient<T extends PxTypes = DeclaredTypes>(
  options: ClientOptions,
): NodeClient<T> {
  const { settings, isUsable, problems } = readClientOptions(options);
  const log = createNodeLogger(settings.log, problems);
  const ledger = createLedger(clock, log);
  const createId = createEventIds({ ...nodePlatform, clock });
  const memory = createEventQueue({
    maxEvents: settings.maxQueueEvents,
    maxBytes: settings.maxQueueBytes,
    ledger,
    onFull: () => log.warn('full'),
  });
  const spool =
    settings.spool && isUsable
      ? createEventSpool({
          spool: settings.spool,
          target: [settings.endpoint, settings.projectId ?? settings.apiKey],
          memory,
          createId,
          ledger,
          log,
          onReady: () => delivery.notify(),
        })
      : null;
  const queue = spool ?? memory;
  const sender = createEventSender({ ...settings, sdk: SDK_INFO });
  const delivery = createEventDelivery({ queue, sender, ledger, log, settings });
  const handOver =
    settings.waitUntil && createWaitUntil(settings.waitUntil, { flush: delivery.flush, log });
  const { context, service } = settings;
  const make = createEventMaker({ createId, context, service, log });
  const errors = createErrorReports(log);
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
        handOver?.();
      },
    },
    ledger,
    log,
  });
  const stats = (): NodeStats => spool?.addTo(ledger.stats()) ?? ledger.stats();
  const requests = new AsyncLocalStorage<RequestContext>();
  let closing: Promise<NodeStats> | null = null;

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
  /** It may be told later, and is of this request all the same. */
  const reportIn = (bound?: RequestContext) => (report: ErrorReport) => {
    const request = bound ?? requests.getStore() ?? {};
    errors.capture(report, (call) => recordIn(request)(() => call));
  };
  // An exposure says by itself whose it is.
  const expose = (exposure: FlagExposure, context: FlagAttributes) =>
    recordIn({})(() => exposureCall(exposure, context));

  const { flags: flagOptions } = settings;
  const { flags, look } =
    flagOptions === false
      ? openNoFlags<T>()
      : openFlags<T>(
          {
            ...flagOptions,
            apiKey: settings.apiKey,
            endpoint: settings.endpoint,
            log: settings.log,
            onExposure(exposure, context) {
              expose(exposure, context);
              flagOptions.onExposure?.(exposure, context);
            },
          },
          true,
        );
  const readsIn = (bound?: RequestContext) =>
    toReads<T>((key, given, ...rest) => {
      try {
        return look(key, attributesIn(bound ?? requests.getStore(), given), ...rest);
      } catch (cause) {
        log.error('call', cause);
        return undecided('error');
      }
    });

  const report = reportIn();
  const stopWatching = settings.captureUncaught
    ? onUncaught((error, mechanism) =>
        report({ error, properties: { handled: false, mechanism }, details: { service: true } }),
      )
    : () => {};

  const verbsIn = (bound?: RequestContext): RequestClient<T> => ({
    ...createEventVerbs<T>({ record: recordIn(bound), report: reportIn(bound), log }),
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
  const stopListening = onProcessEnd({
    hearsSignals: settings.flushOnSignals,
    onIdle() {
      errors.flush();
      // It is told again once that is over: what could not be sent then does not keep the process.
      if (queue.oldest() === Infinity || queue.newest() === lastChance) return;
      lastChance = queue.newest();
      void delivery.settleWithin(settings.exitTimeoutMs);
    },
    async onSignal(isLast) {
      errors.flush();
      return isLast ? delivery.settleWithin(settings.exitTimeoutMs) : delivery.send();
    },
  });

  return {
    ...verbsIn(),
    flags,
    // A request is what it says: nothing of one around it, which may be somebody else's.
    forRequest: (context) => verbsIn({ ...context }),
    withRequest: (context, run) => requests.run({ ...context }, run),
    flush() {
      errors.flush();
      return delivery.flush();
    },
    stats,
    shutdown(given) {
      errors.flush();
      closing ??= (async () => {
        stopListening();
        stopWatching();
        flags.close();
        const { timeoutMs } = given ?? {};
        await delivery.settleWithin(
          typeof timeoutMs === 'number' && timeoutMs >= 0 ? timeoutMs : settings.shutdownTimeoutMs,
        );
        delivery.close();
        return stats();
      })();
      return closing;
    },
  };
}
