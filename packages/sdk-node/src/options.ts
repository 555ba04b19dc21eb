import type { FlagAttributes } from '@px-platform/sdk-core';
import type { JsonValue } from '@px-platform/protocol';
import type { FlagDocument, StickyAssignments } from '@px-platform/protocol/flags';
import type { FlagExposure } from './exposures.js';
import { readNumber, readTarget } from './read-options.js';

/** Where messages for developers go. */
export type FlagsLog = Pick<Console, 'error' | 'warn'>;

/** What `createFlags` can be told. */
export interface FlagsOptions {
  /** A key of the project; it says which environment's flags these are. @default `PX_API_KEY` of the environment */
  readonly apiKey?: string;
  /** Where the collector is: its whole address, such as `https://px.example.com`. @default `PX_ENDPOINT` of the environment */
  readonly endpoint?: string;
  /** How often changes are asked for where there is no stream, in milliseconds. @default 60000 */
  readonly refreshMs?: number;
  /** Whether changes are listened for. @default true */
  readonly stream?: boolean;
  /** How long one request may take, in milliseconds. @default 10000 */
  readonly timeoutMs?: number;
  /** How long `ready` waits at most, in milliseconds. @default 1000 */
  readonly readyTimeoutMs?: number;
  /** A document to begin with, such as one that was deployed with the service. */
  readonly bootstrap?: FlagDocument;
  /** Values of flags of which nothing is known, by key. Nobody is exposed to them. @default {} */
  readonly defaults?: Readonly<Record<string, JsonValue>>;
  /** What units were assigned earlier, where it can be said at once. @default nothing is sticky */
  readonly sticky?: StickyAssignments;
  /** Told of each exposure once in a visit, or in a day in UTC where the context names no `session_id`. Nothing is sent by itself. */
  readonly onExposure?: (exposure: FlagExposure, context: FlagAttributes) => void;
  /** How many exposures are remembered, so that they are told of once. @default 100000 */
  readonly exposureMemory?: number;
  /** @default console */
  readonly log?: FlagsLog;
}

/** Nothing is remembered, yet a device stands in for a person who is not known, as it does in a page. */
const NOT_STICKY: StickyAssignments = { read: () => null, write() {} };

const NUMBERS = {
  refreshMs: { fallback: 60_000, least: 100 },
  timeoutMs: { fallback: 10_000, least: 1 },
  readyTimeoutMs: { fallback: 1_000, least: 0 },
  exposureMemory: { fallback: 100_000, least: 1 },
} as const;

/** Options once read: complete. */
export type FlagsSettings = Required<Omit<FlagsOptions, 'bootstrap' | 'onExposure'>> & {
  readonly [Name in 'bootstrap' | 'onExposure']: FlagsOptions[Name] | undefined;
};

/**
 * Reads the options. A bad value is named and its default used; without a key or an address there are no settings, which is
 * not said again where `isTargetTold`.
 */
export function readOptions(
  given: FlagsOptions,
  isTargetTold = false,
): {
  readonly settings: FlagsSettings;
  readonly isUsable: boolean;
  /** Sentences for developers. */
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const all = Object(given) as Readonly<Record<string, unknown>> & Partial<FlagsOptions>;
  const numberOf = (name: keyof typeof NUMBERS) => readNumber(all, name, NUMBERS[name], problems);
  const target = readTarget(all, 'Flags are their fallbacks.', isTargetTold ? [] : problems);
  return {
    settings: {
      ...(target ?? { apiKey: '', endpoint: '' }),
      stream: all.stream !== false,
      refreshMs: numberOf('refreshMs'),
      timeoutMs: numberOf('timeoutMs'),
      readyTimeoutMs: numberOf('readyTimeoutMs'),
      exposureMemory: numberOf('exposureMemory'),
      bootstrap: all.bootstrap,
      defaults: all.defaults ?? {},
      sticky: all.sticky ?? NOT_STICKY,
      onExposure: all.onExposure,
      log: all.log ?? console,
    },
    isUsable: target !== null,
    problems,
  };
}
