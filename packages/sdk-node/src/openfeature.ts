import {
  ErrorCode,
  OpenFeatureEventEmitter,
  ProviderEvents,
  ProviderNotReadyError,
  type EvaluationContext,
  type JsonValue,
  type Provider,
  type ResolutionDetails,
  type TrackingEventDetails,
} from '@openfeature/server-sdk';
import {
  attributesOfContext,
  combineDisposers,
  resolutionOf,
  toJsonObject,
  type Disposer,
  type FlagAttributes,
  type FlagDetails,
  type ResolutionType,
} from '@px-platform/sdk-core';
import type { ServerFlagsStatus } from './create-flags.js';

/** What the provider needs of flags, whatever map of them they know. */
export interface FlagsForOpenFeature extends ReadsForOpenFeature {
  evaluate(context: FlagAttributes): Promise<ReadsForOpenFeature>;
  ready(): Promise<ServerFlagsStatus>;
  status(): ServerFlagsStatus;
  onChange(listener: (changed: readonly string[]) => void): Disposer;
  onStatus(listener: (status: ServerFlagsStatus) => void): Disposer;
}

/** The verbs that it reads with. */
export interface ReadsForOpenFeature {
  getFlagDetails(key: string, context?: FlagAttributes): FlagDetails<unknown>;
  peekFlagDetails(key: string, context?: FlagAttributes): FlagDetails<unknown>;
}

/** What a provider can be told. */
export interface PxProviderOptions {
  /** Where what `client.track` says goes: the event's name, the context as attributes, and the details. @default nowhere */
  readonly track?: (event: string, context: FlagAttributes, details: TrackingEventDetails) => void;
}

const NONE = 'no flags have come from the collector; defaults are served until they do.';
type Details = FlagDetails<JsonValue | undefined>;

/**
 * Makes an OpenFeature provider of flags. They stay the caller's: who created them closes them.
 * @example
 * await OpenFeature.setProviderAndWait(createPxProvider(flags));
 */
export function createPxProvider(
  flags: FlagsForOpenFeature,
  { track }: PxProviderOptions = {},
): Provider {
  const events = new OpenFeatureEventEmitter();
  let stop: Disposer | undefined;
  let told: ServerFlagsStatus = 'loading';
  let isClosed = false;

  const tell = (status: ServerFlagsStatus) => {
    if (status === told) return;
    told = status;
    if (status === 'ready' || status === 'values_only') events.emit(ProviderEvents.Ready);
    else if (status === 'stale') events.emit(ProviderEvents.Stale);
    else events.emit(ProviderEvents.Error, { message: NONE });
  };

  const listen = () => {
    stop = combineDisposers([
      flags.onStatus(tell),
      flags.onChange((changed) =>
        events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged: [...changed] }),
      ),
    ]);
    // The SDK says READY first.
    setTimeout(() => {
      if (!isClosed) tell(flags.status());
    });
  };

  /** Who is told of another type's value is not in its experiment: looked at first, and read only then. */
  const resolve = async <T extends JsonValue>(
    type: ResolutionType,
    [key, fallback, context]: readonly [string, T, EvaluationContext],
  ): Promise<ResolutionDetails<T>> => {
    const said = attributesOfContext(context);
    if (said === null)
      return {
        value: fallback,
        reason: 'ERROR',
        errorCode: ErrorCode.INVALID_CONTEXT,
        errorMessage: `targetingKey is a text; received ${typeof context.targetingKey}.`,
      };
    // Dates become text, as conditions read them.
    const { value: attributes } = toJsonObject(said);
    const reads = flags.status() === 'values_only' ? await flags.evaluate(attributes) : flags;
    const { errorCode, ...seen } = resolutionOf(
      reads.peekFlagDetails(key, attributes) as Details,
      type,
      fallback,
    );
    if (errorCode) return { ...seen, errorCode: ErrorCode[errorCode] };
    reads.getFlagDetails(key, attributes);
    return seen;
  };

  return {
    metadata: { name: 'px' },
    runsOn: 'server',
    events,
    async initialize() {
      isClosed = false;
      const status = await flags.ready();
      if (isClosed) return;
      told = status === 'stale' ? 'ready' : status;
      listen();
      if (status === 'loading' || status === 'error') throw new ProviderNotReadyError(NONE);
    },
    async onClose() {
      isClosed = true;
      stop?.();
    },
    resolveBooleanEvaluation: (key, fallback, context) =>
      resolve('boolean', [key, fallback, context]),
    resolveStringEvaluation: (key, fallback, context) =>
      resolve('string', [key, fallback, context]),
    resolveNumberEvaluation: (key, fallback, context) =>
      resolve('number', [key, fallback, context]),
    resolveObjectEvaluation: (key, fallback, context) =>
      resolve('object', [key, fallback, context]),
    ...(track && {
      track: (event, context, details) =>
        track(event, toJsonObject(attributesOfContext(context) ?? {}).value, details),
    }),
  };
}
