import type { JsonValue } from '@px-platform/protocol';
import type { FlagAttributes, FlagDetails, FlagReason } from './verbs.js';

/** What OpenFeature is to be told of a flag: its words, as texts, for its SDKs differ in how they hold them. */
export interface Resolution<T> {
  readonly value: T;
  readonly reason: string;
  readonly variant?: string;
  readonly errorCode?: ResolutionError;
  readonly errorMessage?: string;
  readonly flagMetadata: Record<string, string | number | boolean>;
}
export type ResolutionType = 'boolean' | 'string' | 'number' | 'object';
export type ResolutionError =
  'FLAG_NOT_FOUND' | 'GENERAL' | 'INVALID_CONTEXT' | 'PROVIDER_NOT_READY' | 'TYPE_MISMATCH';

/** Those that are no errors. Where something was hashed it is a split, whatever it is for. */
const REASONS: Readonly<Partial<Record<FlagReason, string>>> = {
  default: 'DEFAULT',
  forced: 'TARGETING_MATCH',
  experiment: 'SPLIT',
  override: 'STATIC',
  prerequisite: 'DISABLED',
};
const ERRORS: Readonly<Partial<Record<FlagReason, readonly [ResolutionError, string]>>> = {
  unknown: ['FLAG_NOT_FOUND', 'there is no such flag in what is published.'],
  cycle: ['GENERAL', 'the flag depends on itself.'],
  loading: ['PROVIDER_NOT_READY', 'no flags have come yet.'],
  error: ['PROVIDER_NOT_READY', 'no flags could be had.'],
  context_mismatch: [
    'INVALID_CONTEXT',
    'this key gets no rules, only values of the person whom PX knows, and the context says something else.',
  ],
};

/** What a context of OpenFeature says of the person: rules know people by `user_id` and `id`. Null where its key is no text. */
export function attributesOfContext(context: FlagAttributes): FlagAttributes | null {
  const { targetingKey, ...attributes } = context;
  if (targetingKey === undefined || targetingKey === '') return attributes;
  if (typeof targetingKey !== 'string') return null;
  const isKnown = attributes['user_id'] !== undefined || attributes['anonymous_id'] !== undefined;
  return { id: targetingKey, ...(!isKnown && { user_id: targetingKey }), ...attributes };
}

/**
 * Says what was decided in OpenFeature's words. A value of another type than was asked for is none; without a value the
 * caller's own counts.
 */
export function resolutionOf<T extends JsonValue>(
  details: FlagDetails<JsonValue | undefined>,
  type: ResolutionType,
  fallback: T,
): Resolution<T> {
  const { value, variant, reason, ruleId, experiment, bucket, isStale, revision } = details;
  const flagMetadata = {
    pxReason: reason,
    revision,
    // As OpenFeature's telemetry calls it.
    version: String(revision),
    ...(ruleId !== null && { ruleId }),
    ...(experiment !== null && { experiment }),
    ...(bucket !== null && { bucket }),
  };
  const fail = (errorCode: ResolutionError, errorMessage: string): Resolution<T> => ({
    value: fallback,
    reason: 'ERROR',
    errorCode,
    errorMessage,
    flagMetadata,
  });
  const [code, message] = ERRORS[reason] ?? [];
  if (code && message) return fail(code, message);
  const hasValue = value !== undefined && value !== null;
  if (hasValue && typeof value !== type)
    return fail('TYPE_MISMATCH', `the flag is of type ${typeof value}, and ${type} was asked for.`);
  const isSplit = reason === 'forced' && bucket !== null;
  return {
    value: hasValue ? (value as T) : fallback,
    reason:
      isStale && reason !== 'override'
        ? 'STALE'
        : isSplit
          ? 'SPLIT'
          : (REASONS[reason] ?? 'UNKNOWN'),
    ...(hasValue && variant !== null && { variant }),
    flagMetadata,
  };
}
