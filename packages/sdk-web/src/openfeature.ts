import {
  ErrorCode,
  OpenFeatureEventEmitter,
  ProviderEvents,
  ProviderNotReadyError,
  type EvaluationContext,
  type JsonValue,
  type Provider,
  type ResolutionDetails,
} from '@openfeature/web-sdk';
import {
  attributesOfContext,
  combineDisposers,
  resolutionOf,
  type Disposer,
  type FlagAttributes,
  type FlagDetails,
  type FlagsStatus,
  type ResolutionType,
} from '@px-platform/sdk-core';

/** What the provider needs of PX, whatever map of flags it knows. */
export interface PxForOpenFeature {
  track(event: string, properties?: object): void;
  getFlagDetails(key: string): FlagDetails<unknown>;
  peekFlagDetails(key: string): FlagDetails<unknown>;
  setFlagAttributes(attributes: FlagAttributes): Promise<void> | undefined;
  onFlagsChange(listener: (changed: readonly string[]) => void): Disposer;
  onFlagsStatus(listener: (status: FlagsStatus) => void): Disposer;
  flagsStatus(): FlagsStatus;
  whenFlagsReady(): Promise<FlagsStatus>;
}

type Details = FlagDetails<JsonValue | undefined>;

/** Longest wait for values of a context at the start, where rules are secret. */
const VALUES_WAIT_MS = 1_000;

/**
 * Makes an OpenFeature provider of the page's PX. Its context is PX's flag attributes, page-wide: `targetingKey` decides
 * for that user and identifies nobody.
 * @example
 * await OpenFeature.setProviderAndWait(createPxProvider(PX), { targetingKey: 'u-42', plan: 'pro' });
 */
export function createPxProvider(px: PxForOpenFeature): Provider {
  const events = new OpenFeatureEventEmitter();
  let stop: Disposer | undefined;
  let said: FlagAttributes = {};
  let told: FlagsStatus = 'loading';
  let isClosed = false;
  let reconciling = 0;

  /** Lays the context over what PX knows; what an earlier one said and this one does not is taken back. */
  const apply = (context: EvaluationContext) => {
    const before = Object.fromEntries(Object.keys(said).map((name) => [name, undefined]));
    said = attributesOfContext(context) ?? {};
    return px.setFlagAttributes({ ...before, ...said });
  };

  const tell = (status: FlagsStatus) => {
    if (status === told) return;
    told = status;
    if (status === 'ready') events.emit(ProviderEvents.Ready);
    else if (status === 'stale') events.emit(ProviderEvents.Stale);
    else if (status === 'loading') events.emit(ProviderEvents.Reconciling);
    else events.emit(ProviderEvents.Error, { message: NONE });
  };

  const listen = () => {
    stop = combineDisposers([
      px.onFlagsStatus(tell),
      px.onFlagsChange((changed) => {
        // A context that changes has an event of its own.
        if (reconciling === 0)
          events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged: [...changed] });
      }),
    ]);
    // The SDK says READY first.
    setTimeout(() => {
      if (!isClosed) tell(px.flagsStatus());
    });
  };

  /** Who is told of another type's value is not in its experiment: looked at first, and read only then. */
  const resolve = <T extends JsonValue>(
    type: ResolutionType,
    key: string,
    fallback: T,
    context: EvaluationContext,
  ): ResolutionDetails<T> => {
    if (attributesOfContext(context) === null)
      return {
        value: fallback,
        reason: 'ERROR',
        errorCode: ErrorCode.INVALID_CONTEXT,
        errorMessage: `targetingKey is a text; received ${typeof context.targetingKey}.`,
      };
    const { errorCode, ...seen } = resolutionOf(px.peekFlagDetails(key) as Details, type, fallback);
    if (errorCode) return { ...seen, errorCode: ErrorCode[errorCode] };
    const { errorCode: _, ...told } = resolutionOf(
      px.getFlagDetails(key) as Details,
      type,
      fallback,
    );
    return told;
  };

  return {
    metadata: { name: 'px' },
    runsOn: 'client',
    domainScoped: true,
    events,
    async initialize(context = {}) {
      isClosed = false;
      const asked = apply(context);
      if (asked)
        await Promise.race([asked, new Promise((done) => setTimeout(done, VALUES_WAIT_MS))]);
      const status = await px.whenFlagsReady();
      if (isClosed) return;
      told = status === 'stale' ? 'ready' : status;
      listen();
      if (status === 'loading' || status === 'error') throw new ProviderNotReadyError(NONE);
    },
    onContextChange(_, context) {
      const done = apply(context);
      reconciling += 1;
      const settled = (done ?? Promise.resolve()).finally(() => void (reconciling -= 1));
      return done && settled;
    },
    async onClose() {
      isClosed = true;
      stop?.();
      void apply({});
    },
    resolveBooleanEvaluation: (key, fallback, context) =>
      resolve('boolean', key, fallback, context),
    resolveStringEvaluation: (key, fallback, context) => resolve('string', key, fallback, context),
    resolveNumberEvaluation: (key, fallback, context) => resolve('number', key, fallback, context),
    resolveObjectEvaluation: (key, fallback, context) => resolve('object', key, fallback, context),
    track: (event, _, details) => px.track(event, details),
  };
}

const NONE = 'no flags have come from the collector; defaults are served until they do.';
