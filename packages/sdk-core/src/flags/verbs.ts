import type { JsonValue } from '@px-platform/protocol';
import type { VerdictReason } from '@px-platform/protocol/flags';
import type { Disposer } from '../disposer.js';
import type { FlagsStatus } from './config.js';

declare global {
  /**
   * The flags of a project and their values. Empty until somebody says so, by hand or by a file made from the catalog:
   * `interface PxFlagTypes { new_onboarding: boolean; checkout_copy: 'short' | 'long' }`.
   */
  interface PxFlagTypes {}
}

/** What a call says of the person, beside what is known of them. `user_id` is their `id`, too. */
export type FlagAttributes = Readonly<Record<string, unknown>>;

/** Why a flag has the value it has: a verdict's reason, or why there is no verdict. */
export type FlagReason =
  | VerdictReason
  /** Nothing has come yet. */
  | 'loading'
  /** Nothing could be had, or flags are turned off. */
  | 'error'
  /** The key has values only, and the call says something else of the person than PX knows. */
  | 'context_mismatch';

/** A flag's value, and how it came to it. */
export interface FlagDetails<T = JsonValue> {
  readonly value: T;
  readonly variant: string | null;
  readonly reason: FlagReason;
  /** Which rule decided. */
  readonly ruleId: string | null;
  /** Which experiment gave the value; null where none did. */
  readonly experiment: string | null;
  /** Whether an experiment gave the value. */
  readonly inExperiment: boolean;
  /** Where the person hashed to, 0 to 1; null where nothing was hashed. */
  readonly bucket: number | null;
  /** Whether newer flags may have been published: nothing was heard from the collector yet, or not any more. */
  readonly isStale: boolean;
  /** Which publication there was; 0 where there was none. */
  readonly revision: number;
}

/** Which side of an experiment somebody is on. */
export interface ExperimentDetails<T = JsonValue> {
  /** Null where the person is not in it. */
  readonly variant: string | null;
  /** Of the flag that runs it. */
  readonly value: T | undefined;
  readonly inExperiment: boolean;
  readonly reason: FlagReason;
}

/** What a tester wants to see. Nobody is exposed to it. */
export interface FlagOverrides {
  /** Values, by the flag's key. */
  readonly flags?: Readonly<Record<string, JsonValue>>;
  /** Variants, by the experiment's key. */
  readonly experiments?: Readonly<Record<string, string>>;
}

/** A literal stands for its type: `false` for `boolean`. */
type Widened<T> = T extends boolean
  ? boolean
  : T extends number
    ? number
    : T extends string
      ? string
      : T;
type NameOf<M> = keyof M extends never ? string : keyof M & string;

/** Reads a value: of the map's flags where there is a map, else of any. */
export type ReadFlag<M> = keyof M extends never
  ? {
      <T extends JsonValue>(
        key: string,
        context: FlagAttributes | undefined,
        fallback: T,
      ): Widened<T>;
      <T = JsonValue>(key: string, context?: FlagAttributes): T | undefined;
    }
  : {
      <K extends keyof M & string>(
        key: K,
        context: FlagAttributes | undefined,
        fallback: M[K],
      ): M[K];
      <K extends keyof M & string>(key: K, context?: FlagAttributes): M[K] | undefined;
    };
/** The same with how it came to it. */
export type ReadFlagDetails<M> = keyof M extends never
  ? {
      <T extends JsonValue>(
        key: string,
        context: FlagAttributes | undefined,
        fallback: T,
      ): FlagDetails<Widened<T>>;
      <T = JsonValue>(key: string, context?: FlagAttributes): FlagDetails<T | undefined>;
    }
  : {
      <K extends keyof M & string>(
        key: K,
        context: FlagAttributes | undefined,
        fallback: M[K],
      ): FlagDetails<M[K]>;
      <K extends keyof M & string>(key: K, context?: FlagAttributes): FlagDetails<M[K] | undefined>;
    };
export type ReadExperiment = <T = JsonValue>(
  key: string,
  context?: FlagAttributes,
) => ExperimentDetails<T>;

/** Flags and experiments. None of these throws; `M` is a map of flags to the types of their values. */
export interface FlagVerbs<M extends object = PxFlagTypes> {
  /**
   * A flag's value, at once: the fallback, or undefined, where it has none. Where an experiment decides, the person is
   * recorded as exposed, once a session.
   * @example
   * PX.getFlag('new_onboarding', { user_id: 'u-42', segment: 'trial' }, false);
   */
  readonly getFlag: ReadFlag<M>;
  /** The same, with why it is so. */
  readonly getFlagDetails: ReadFlagDetails<M>;
  /** `getFlag` without exposing anybody. */
  readonly peekFlag: ReadFlag<M>;
  /** `getFlagDetails` without exposing anybody. */
  readonly peekFlagDetails: ReadFlagDetails<M>;
  /**
   * Which variant of an experiment the person is in, and the value it gives; exposes, once a session.
   * @example
   * if (PX.getExperiment('checkout_flow_v2').variant === 'one_page') showOnePage();
   */
  readonly getExperiment: ReadExperiment;
  /** The same without exposing anybody. */
  readonly peekExperiment: ReadExperiment;
  /** Exposes by hand what a `peekFlag` has shown. */
  readonly exposeFlag: (key: NameOf<M>, context?: FlagAttributes) => void;
  /** Exposes by hand what a `peekExperiment` has shown. */
  readonly exposeExperiment: (key: string, context?: FlagAttributes) => void;
  /**
   * Called with the keys of flags whose value or variant is another, of all or of `keys`; never otherwise. With no key at
   * all (`[]`): called with none whenever flags may be others for anybody, such as who reads them with a context.
   */
  readonly onFlagsChange: (
    listener: (changed: readonly string[]) => void,
    keys?: readonly NameOf<M>[],
  ) => Disposer;
  /** For testers: what flags and experiments are in this visit, whatever the rules say; `null` ends it. */
  readonly setOverrides: (overrides: FlagOverrides | null) => void;
  /** Called with where flags stand, once it is another than before. */
  readonly onFlagsStatus: (listener: (status: FlagsStatus) => void) => Disposer;
  /**
   * Says more of the person for conditions, in this page and until `reset`; `undefined` takes one back. `user_id` in it
   * decides for somebody else, and identifies nobody. Where rules are secret, resolves once flags are decided anew.
   */
  readonly setFlagAttributes: (attributes: FlagAttributes) => Promise<void> | undefined;
  readonly flagsStatus: () => FlagsStatus;
  /** Resolves once flags are there, could not be had, or took too long: then with `loading`. Never rejects. */
  readonly whenFlagsReady: (timeoutMs?: number) => Promise<FlagsStatus>;
  /** Asks for changes now; resolves once answered, or given up. */
  readonly refreshFlags: () => Promise<void>;
}
