import { CONTROL_EVENTS, CONTROL_PREFIX, LIMITS, type PxEvent } from '@px-platform/protocol';
import {
  CONSENT_KEY,
  createConsent,
  readConsent,
  type ConsentChoice,
  type ConsentPurpose,
  type Consents,
} from './consent.js';
import { createConsentedStorage } from './consented-storage.js';
import { DROP_REASONS } from './errors.js';
import { createEventFactory } from './event-factory.js';
import type { CreateFeatures, FeatureContext, RecordDetails } from './features.js';
import { createHeldCalls } from './held-calls.js';
import { ANONYMOUS_KEY, createIdentity, parseUserId } from './identity.js';
import { createIntake } from './intake.js';
import { createLedger, type Stats } from './ledger.js';
import { createLogger } from './logger.js';
import type { ClientOptions } from './options.js';
import { createOutbox } from './outbox.js';
import { createPageClock } from './page-clock.js';
import { PRIORITIES, type Platform } from './platform.js';
import { createPluginHost, type Coming, type TrackDetails } from './plugins.js';
import { createPublisher } from './publisher.js';
import { createSession } from './session.js';
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
  /** Records the person's choice, for this visit and the next. Denying analytics deletes all that is kept here. */
  setConsent(choice: ConsentChoice): void;
  /** Where consent stands, purpose by purpose. */
  getConsent(): Consents;
  /** Sends what waits, then undoes everything the client did to the page. */
  shutdown(): Promise<void>;
  /** Makes the calls that `run` makes as if at that moment: another time, another page. */
  at(moment: TrackDetails, run: () => void): void;
}

/** Assembles a client from a platform and parsed options. */
export function createClient<V extends object = object>({
  platform: given,
  options,
  features: createFeatures,
  createId: givenCreateId,
  begin,
}: {
  readonly platform: Platform;
  readonly options: ClientOptions;
  /** What this client knows beyond the least. */
  readonly features?: CreateFeatures<V> | undefined;
  /** Ids of events, devices and sessions. @default UUIDv7 */
  readonly createId?: () => string;
  /** Makes the calls that came before there was a client: before any plugin sees the page. */
  readonly begin?: (client: Client & V) => void;
}): Client & V {
  const log = createLogger({ sink: given.log, debug: options.debug });
  const adapted = options.plugins.reduce(
    (platform, plugin) => plugin?.adapt?.(platform, options.projectId) ?? platform,
    given,
  );
  const clock = createPageClock(adapted);
  const { lifecycle } = adapted;
  const createId = givenCreateId ?? createUuidv7({ ...adapted, clock });
  const onListenerError = (cause: unknown) => log.error('listener', cause);
  const consent = createConsent({
    storage: adapted.storage,
    initial: options.consent,
    hasObjected: options.respectSignals && (adapted.hasObjected?.() ?? false),
    onListenerError,
  });
  const storage = createConsentedStorage(adapted.storage);
  const platform = { ...adapted, storage, clock };
  const openStorage = () => storage.open(consent.get().analytics === 'granted');
  openStorage();
  const ledger = createLedger(clock, log);
  const calls = createHeldCalls({ ledger, most: options.maxQueueEvents });
  const identity = createIdentity({ storage, createId });
  const session = createSession({
    storage,
    clock,
    createId,
    idleMs: options.sessionTimeoutMs,
  });
  const stamp = createEventFactory({ createId, consent: consent.get, identity, session });
  const events = createPublisher<PxEvent>(onListenerError);
  const coming = createPublisher<Coming>(onListenerError);
  const departures = createPublisher<void>(onListenerError);
  // Before the outbox listens: what plugins track at the last moment goes with the parting request.
  const stopListening = lifecycle.onHidden(() => departures.publish());
  const outbox = createOutbox({
    platform,
    options,
    ledger,
    log,
    isAllowed: () => consent.get().analytics === 'granted',
    report() {
      const losses = ledger.takeLosses();
      if (consent.get().analytics !== 'granted') return;
      record(CONTROL_EVENTS.delivery, losses, { priority: PRIORITIES.control });
    },
    // Another tab may have heard the person's answer.
    onNudge: () => void consent.get(),
  });
  const sessionStarts = createPublisher<string>(onListenerError);

  /** Now, or once the person agrees; never where they refused. */
  const whenAgreed = (purpose: ConsentPurpose, make: (key?: string) => void, isEvent = true) => {
    const state = consent.get()[purpose];
    if (state === 'granted') return make();
    if (state === 'denied') return isEvent && ledger.refuse(DROP_REASONS.consent);
    const key = isEvent ? createId() : undefined;
    calls.add(purpose, key, () => make(key));
  };

  /** `first` is done just before the event gets its place. */
  const record = (
    name: string,
    properties: object | undefined,
    given: RecordDetails = {},
    first?: () => void,
  ) =>
    guard(() => {
      coming.publish({ event: name, at: given.at });
      const { value, truncated } = toJsonObject(properties);
      if (truncated) log.warn(`json:${name}`);
      const details = { ...moment, ...given };
      const context = details.context ?? adapted.context();
      const said = { event: name, properties: value, context };
      const input = { ...details, ...(features?.describe(said) ?? said) };
      const now = clock.now();
      const make = (key?: string) =>
        guard(() => {
          first?.();
          const { event, isNewSession } = stamp({ at: key ? now : undefined, ...input, id: key });
          intake(features?.finish(event, details) ?? event, details.priority ?? PRIORITIES.custom);
          if (isNewSession && event.session_id) sessionStarts.publish(event.session_id);
        }, key);
      whenAgreed(details.purpose ?? 'analytics', make);
    });

  const refuse: FeatureContext['refuse'] = (reason, ...call) => {
    ledger.refuse(reason);
    log.error(reason, ...call);
  };

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
    refuse(DROP_REASONS.invalidName, 'track', event);
  };

  const plugins = createPluginHost({
    plugins: options.plugins,
    context: {
      track,
      onSessionStart: sessionStarts.listen,
      onEvent: events.listen,
      onHidden: departures.listen,
      onVisible: lifecycle.onVisible,
      consent: consent.get,
      onConsent: consent.onChange,
      beforeTrack: coming.listen,
      announce: coming.publish,
      context: adapted.context,
      who: () =>
        consent.get().analytics === 'granted'
          ? { ...identity.get(), sessionId: session.peek() }
          : null,
      now: () => clock.now(),
      elapsed: clock.elapsed,
      log,
    },
    log,
  });
  const intake = createIntake({
    beforeSend: plugins.beforeSend,
    onEvent: events.publish,
    outbox,
    ledger,
    log,
  });

  /** The edge towards the page: nothing of ours may break it. `key`: of the event that would be lost. */
  const guard = (run: () => void, key?: string) => {
    try {
      run();
    } catch (cause) {
      if (key) ledger.drop(key, DROP_REASONS.internal);
      else ledger.refuse(DROP_REASONS.internal);
      log.error('call', cause);
    }
  };

  const reset = () => {
    identity.forget();
    session.forget();
  };

  /** Deletes all that this origin keeps, but for the decision itself. */
  const purge = () => {
    storage.open(true);
    reset();
    outbox.purge(DROP_REASONS.consent);
    for (const key of storage.keys()) if (key !== CONSENT_KEY) storage.remove(key);
    openStorage();
  };
  consent.onChange((consents) => {
    if (consents.analytics === 'denied') purge();
    openStorage();
    calls.settle(consents);
  });
  let closing: Promise<void> | null = null;
  let moment: TrackDetails = {};

  const client: Client = {
    track,
    identify(givenId, traits, traitsOnce) {
      const userId = parseUserId(givenId);
      if (userId === null) {
        refuse(DROP_REASONS.invalidUserId, 'identify', givenId);
        return;
      }
      const $set_once = traitsOnce === undefined ? {} : { $set_once: traitsOnce };
      record(
        CONTROL_EVENTS.identify,
        { $set: traits ?? {}, ...$set_once },
        { priority: PRIORITIES.control },
        () => {
          const known = identity.get().userId;
          // Another person on the same device: without a fresh anonymous id the two would become one.
          if (known !== null && known !== userId) reset();
          identity.setUser(userId);
        },
      );
    },
    reset: () =>
      guard(() => {
        coming.publish({});
        features?.reset();
        whenAgreed('analytics', reset, false);
      }),
    flush() {
      coming.publish({});
      return outbox.flush();
    },
    stats: ledger.stats,
    setConsent(choice) {
      const said = readConsent(choice);
      if (said)
        return guard(() => {
          consent.set(said);
          outbox.nudge();
        });
      log.error('consent', choice);
    },
    getConsent: consent.get,
    shutdown() {
      closing ??= (async () => {
        plugins.dispose();
        stopListening();
        features?.dispose?.();
        await outbox.flush();
        outbox.dispose();
        clock.dispose();
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
  const features = createFeatures?.({
    platform,
    options,
    log,
    identity,
    consent: consent.get,
    record,
    refuse,
  });
  const complete = Object.assign(
    {},
    ...options.plugins.map((plugin) => plugin?.verbs),
    client,
    features?.verbs,
  ) as Client & V;
  // Left from before they objected.
  if (consent.get().analytics === 'denied' && adapted.storage.keys().includes(ANONYMOUS_KEY))
    purge();
  begin?.(complete);
  plugins.start();
  return complete;
}
