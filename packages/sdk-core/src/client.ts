import { CONTROL_EVENTS, CONTROL_PREFIX, LIMITS, type PxEvent } from '@px-platform/protocol';
import { createClockSkew } from './clock-skew.js';
import { createConsent, isConsentState, type ConsentState } from './consent.js';
import { createDelivery } from './delivery.js';
import { describeValue, DROP_REASONS } from './errors.js';
import { createEventFactory } from './event-factory.js';
import { createIdentity, parseUserId } from './identity.js';
import { createIntake } from './intake.js';
import { createLedger, type Stats } from './ledger.js';
import { createLogger } from './logger.js';
import type { ClientOptions } from './options.js';
import { createPartingLease } from './parting-lease.js';
import { PRIORITIES, type Platform, type QueueEntry } from './platform.js';
import { createPluginHost, type TrackDetails } from './plugins.js';
import { createPublisher } from './publisher.js';
import { createQueueStore } from './queue-store.js';
import { createQueue } from './queue.js';
import { createSender } from './sender.js';
import { createSession } from './session.js';
import { createSpill } from './spill.js';
import { toJsonObject } from './to-json.js';
import { createUuidv7 } from './uuidv7.js';

/** The verbs of a PX client. None throws, whatever it is given. */
export interface Client {
  /** Records that something happened. */
  track(event: string, properties?: object, details?: TrackDetails): void;
  /** Says who the person is. Traits are set on their profile; `traitsOnce` only where nothing is yet. */
  identify(userId: string, traits?: object, traitsOnce?: object): void;
  /** Forgets the person, the device's id and the session: the next event is a stranger's. */
  reset(): void;
  /** Sends what waits; resolves when it is settled or must wait for better times. */
  flush(): Promise<void>;
  stats(): Stats;
  /** Records the person's choice, for this visit and the next. Denial deletes what waits. */
  setConsent(state: ConsentState): void;
  /** Sends what waits, then undoes everything the client did to the page. */
  shutdown(): Promise<void>;
  /** Makes the calls that `run` makes as if at that moment: another time, another page. */
  at(moment: TrackDetails, run: () => void): void;
}

/** Assembles a client from a platform and parsed options. */
export function createClient({
  platform,
  options,
  createId = createUuidv7(platform),
  begin,
}: {
  readonly platform: Platform;
  readonly options: ClientOptions;
  /** Ids of events, devices and sessions. @default UUIDv7 */
  readonly createId?: () => string;
  /** Makes the calls that came before there was a client: before any plugin sees the page. */
  readonly begin?: (client: Client) => void;
}): Client {
  const { clock, lifecycle, storage, timers } = platform;
  const log = createLogger({ sink: platform.log, debug: options.debug });
  const ledger = createLedger(clock);
  const consent = createConsent({ storage, initial: options.consent });
  const identity = createIdentity({ storage, createId });
  const session = createSession({ storage, clock, createId, idleMs: options.sessionTimeoutMs });
  const stamp = createEventFactory({
    clock,
    createId,
    identity,
    session,
    context: platform.context,
  });
  const held = new Map<string, QueueEntry>();
  const spill = createSpill({ storage });
  const store = createQueueStore({
    primary: platform.queueStorage,
    spill,
    timers,
    held: () => held.values(),
    onFall(cause) {
      ledger.fall();
      log.warn(
        'storage',
        'storage failed; events not sent before the page closes may be lost.',
        cause,
      );
    },
  });
  const queue = createQueue({
    store,
    spill,
    held,
    channel: platform.channel,
    clock,
    ledger,
    maxEvents: options.maxQueueEvents,
    maxBytes: options.maxQueueBytes,
    onFull: () =>
      log.warn('full', 'more than maxQueueEvents or maxQueueBytes wait; some events are dropped.'),
  });
  const onListenerError = (cause: unknown) => log.error('listener', 'a listener failed.', cause);
  const events = createPublisher<PxEvent>(onListenerError);
  const departures = createPublisher<void>(onListenerError);
  // Before delivery listens: what plugins track at the last moment goes with the parting request.
  const stopListening = lifecycle.onHidden(() => departures.publish());
  const delivery = createDelivery({
    queue,
    sender: createSender({ platform, options, skew: createClockSkew({ storage }), log }),
    parting: createPartingLease({ storage, clock }),
    ledger,
    platform,
    options,
    log,
    report() {
      const losses = ledger.takeLosses();
      if (consent.get() !== 'granted') return;
      record(CONTROL_EVENTS.delivery, losses, { priority: PRIORITIES.control });
    },
    // Another tab may have heard the person's answer.
    onNudge() {
      if (consent.get() === 'granted') intake.release();
    },
  });
  const sessionStarts = createPublisher<string>(onListenerError);

  const record = (name: string, properties: object | undefined, given: TrackDetails = {}) =>
    guard(() => {
      if (consent.get() === 'denied') {
        // Said in another tab, perhaps, while this one held events.
        intake.discard();
        return ledger.refuse(DROP_REASONS.consent);
      }
      const { value, truncated } = toJsonObject(properties);
      if (truncated) {
        log.warn(
          `json:${name}`,
          `properties of ${name} were cut: cycles, what throws, over ${LIMITS.propertyKeys} keys, over ${LIMITS.depth} levels, or a key over ${LIMITS.keyLength} characters.`,
        );
      }
      const { priority = PRIORITIES.custom, ...details } = { ...moment, ...given };
      const { event, isNewSession } = stamp({ event: name, properties: value, ...details });
      intake.take(event, { priority });
      if (isNewSession && event.session_id) sessionStarts.publish(event.session_id);
    });

  const track: Client['track'] = (event, properties, details) => {
    if (
      typeof event === 'string' &&
      event !== '' &&
      event.length <= LIMITS.nameLength &&
      !event.startsWith(CONTROL_PREFIX)
    ) {
      record(event, properties, details);
      return;
    }
    ledger.refuse(DROP_REASONS.invalidName);
    log.error(
      'name',
      `track(${describeValue(event)}): expected a name of 1 to ${LIMITS.nameLength} characters, not starting with ${CONTROL_PREFIX}; ignored.`,
    );
  };

  const plugins = createPluginHost({
    plugins: options.plugins,
    context: {
      track,
      onSessionStart: sessionStarts.listen,
      onEvent: events.listen,
      onHidden: departures.listen,
      onVisible: lifecycle.onVisible,
      context: platform.context,
      elapsed: clock.elapsed,
      log,
    },
    log,
  });
  const intake = createIntake({
    beforeSend: plugins.beforeSend,
    onEvent: events.publish,
    queue,
    delivery,
    consent,
    ledger,
    log,
    maxHeld: options.maxQueueEvents,
  });

  /** The edge towards the page: nothing of ours may break it. */
  const guard = (run: () => void) => {
    try {
      run();
    } catch (cause) {
      ledger.refuse(DROP_REASONS.internal);
      log.error('internal', 'a call failed inside PX; ignored.', cause);
    }
  };

  const reset = () => {
    identity.forget();
    session.forget();
  };
  let closing: Promise<void> | null = null;
  let moment: TrackDetails = {};

  const client: Client = {
    track,
    identify(givenId, traits, traitsOnce) {
      const userId = parseUserId(givenId);
      if (userId === null) {
        ledger.refuse(DROP_REASONS.invalidUserId);
        log.error(
          'user',
          `identify(${describeValue(givenId)}): expected your own id of one person, 1 to ${LIMITS.idLength} characters; ignored.`,
        );
        return;
      }
      if (consent.get() !== 'denied') {
        const known = identity.get().userId;
        // Another person on the same device: without a fresh anonymous id the two would become one.
        if (known !== null && known !== userId) reset();
        identity.setUser(userId);
      }
      const $set_once = traitsOnce === undefined ? {} : { $set_once: traitsOnce };
      record(
        CONTROL_EVENTS.identify,
        { $set: traits ?? {}, ...$set_once },
        { priority: PRIORITIES.control },
      );
    },
    reset: () => guard(reset),
    flush: () => delivery.flush(),
    stats: ledger.stats,
    setConsent(state) {
      if (!isConsentState(state)) {
        log.error(
          'consent',
          `setConsent(${describeValue(state)}): expected 'granted', 'denied' or 'pending'; ignored.`,
        );
        return;
      }
      consent.set(state);
      delivery.nudge();
      if (state === 'granted') intake.release();
      if (state !== 'denied') return;
      intake.discard();
      reset();
      void queue.purge(DROP_REASONS.consent);
    },
    shutdown() {
      closing ??= (async () => {
        plugins.dispose();
        stopListening();
        await delivery.flush();
        delivery.dispose();
      })();
      return closing;
    },
    at(then, run) {
      moment = then;
      try {
        run();
      } finally {
        moment = {};
      }
    },
  };
  begin?.(client);
  plugins.start();
  return client;
}
