import type { FlagDocument, Verdict } from '@px-platform/protocol/flags';
import type { JsonValue } from '@px-platform/protocol';
import type { Logger } from '../logger.js';

/** Verdicts that were reached elsewhere, for one person. */
export interface FlagValues {
  /** Which publication they are of. */
  readonly revision?: number;
  /** For whom, by your own id. @default whoever is here as PX begins */
  readonly user_id?: string;
  /** For which device, where nobody is known by an id of yours. */
  readonly anonymous_id?: string;
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

const DEFAULTS = {
  bootstrap: undefined as unknown,
  defaults: {} as Readonly<Record<string, JsonValue>>,
  refreshMs: 60_000,
  readyTimeoutMs: 1_000,
  stream: true,
  sticky: true,
  expose: true,
  queryOverrides: true,
};
/** Options once read: complete, but for what is judged where it is used. */
export type FlagSettings = Readonly<typeof DEFAULTS>;

/** Reads the options as a page gave them. A bad value is named and its default used. */
export function readFlagOptions(input: unknown, log: Pick<Logger, 'error'>): FlagSettings {
  const given = Object.entries(Object(input) as Readonly<Record<string, unknown>>);
  const read = given.filter(([name, value]) => {
    const fallback = DEFAULTS[name as keyof FlagSettings];
    const isSound =
      fallback === undefined ||
      (typeof value === typeof fallback && value !== null && !(Number(value) < 0));
    if (!isSound && value !== undefined) log.error(`option:flags.${name}`, value, fallback);
    return isSound;
  });
  return { ...DEFAULTS, ...Object.fromEntries(read) };
}
