import type { FlagDocument, Verdict } from '@px-platform/protocol/flags';
import type { JsonValue } from '@px-platform/protocol';
import type { Logger } from '../logger.js';

/** Verdicts that were reached elsewhere, for one person. */
export interface FlagValues {
  /** Which publication they are of. */
  readonly revision?: number;
  readonly flags: Readonly<Record<string, Verdict>>;
}

/** What `flags` of the options can be told. */
export interface FlagOptions {
  /**
   * Flags that came with the page, or lie in the application's bundle: a document, or what a server decided for this person.
   * @default what the page has in `window.PX_FLAGS`
   */
  readonly bootstrap?: FlagDocument | FlagValues;
  /** Values of flags of which nothing is known, by key. Nobody is exposed to them. @default {} */
  readonly defaults?: Readonly<Record<string, JsonValue>>;
  /** How often changes are asked for where there is no stream, in milliseconds. @default 60000 */
  readonly refreshMs?: number;
  /** Whether changes are listened for while somebody looks at the page. @default true */
  readonly stream?: boolean;
  /** How long `whenFlagsReady` waits at most, in milliseconds. @default 1000 */
  readonly readyTimeoutMs?: number;
  /** Whether who is in an experiment keeps the variant, whatever becomes of its weights. @default true */
  readonly sticky?: boolean;
  /** Whether reading a flag that an experiment decides records that the person is in it. @default true */
  readonly expose?: boolean;
  /** Whether `?px_flag.KEY=value` and `?px_exp.KEY=variant` in the page's address override. @default true */
  readonly queryOverrides?: boolean;
}

const MINUTE_MS = 60_000;

/** Options once read: complete, but for what is judged where it is used. */
export type FlagSettings = Required<Omit<FlagOptions, 'bootstrap'>> & {
  readonly bootstrap: unknown;
};

/** Reads the options as a page gave them. A bad value is named and its default used. */
export function readFlagOptions(input: unknown, log: Pick<Logger, 'error'>): FlagSettings {
  const given = Object(input) as Readonly<Record<string, unknown>>;
  const option = <T>(name: keyof FlagOptions, fallback: T, isValid: (value: T) => boolean): T => {
    const value = given[name] as T | undefined;
    if (value === undefined || isValid(value)) return value ?? fallback;
    log.error(`option:flags.${name}`, value, fallback);
    return fallback;
  };
  const ofType = <T>(name: keyof FlagOptions, fallback: T) =>
    option(name, fallback, (value) => typeof value === typeof fallback && value !== null);
  const ms = (name: keyof FlagOptions, fallback: number, least: number) =>
    option(name, fallback, (value) => value >= least && value <= 60 * MINUTE_MS);
  return {
    bootstrap: given['bootstrap'],
    defaults: ofType('defaults', {}),
    refreshMs: ms('refreshMs', MINUTE_MS, 1_000),
    readyTimeoutMs: ms('readyTimeoutMs', 1_000, 0),
    stream: ofType('stream', true),
    sticky: ofType('sticky', true),
    expose: ofType('expose', true),
    queryOverrides: ofType('queryOverrides', true),
  };
}
