import type { JsonValue } from '@px-platform/protocol';
import type { VerdictReason } from '@px-platform/protocol/flags';
import type { Disposer } from '../disposer.js';
import type {
  DeclaredTypes,
  ExperimentKey,
  ExperimentValueIn,
  FlagKey,
  PartOf,
  PxTypes,
  Unlisted,
  ValueIn,
  VariantIn,
} from '../types.js';
import type { FlagsStatus } from './config.js';

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
export interface ExperimentDetails<T = JsonValue, Variant extends string = string> {
  /** Null where the person is not in it. */
  readonly variant: Variant | null;
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
      <K extends (keyof M & string) | Unlisted>(
        key: K,
        context: FlagAttributes | undefined,
        fallback: ValueIn<M, K>,
      ): ValueIn<M, K>;
      <K extends (keyof M & string) | Unlisted>(
        key: K,
        context?: FlagAttributes,
      ): ValueIn<M, K> | undefined;
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
      <K extends (keyof M & string) | Unlisted>(
        key: K,
        context: FlagAttributes | undefined,
        fallback: ValueIn<M, K>,
      ): FlagDetails<ValueIn<M, K>>;
      <K extends (keyof M & string) | Unlisted>(
        key: K,
        context?: FlagAttributes,
      ): FlagDetails<ValueIn<M, K> | undefined>;
    };
/** Reads an experiment: of the map's where there is a map, else of any. */
export type ReadExperiment<M = object> = keyof M extends never
  ? <T = JsonValue, Variant extends string = string>(
      key: string,
      context?: FlagAttributes,
    ) => ExperimentDetails<T, Variant>
  : <K extends (keyof M & string) | Unlisted>(
      key: K,
      context?: FlagAttributes,
    ) => ExperimentDetails<ExperimentValueIn<M, K>, VariantIn<M, K>>;

/** Flags and experiments. None of these throws; `T` says which there are, and the types of their values. */
export interface FlagVerbs<T extends PxTypes = DeclaredTypes> {
  /**
   * A flag's value, at once: the fallback, or undefined, where it has none. Where an experiment decides, the person is
   * recorded as exposed, once a session.
   * @example
   * PX.getFlag('new_onboarding', { user_id: 'u-42', segment: 'trial' }, false);
   */
  readonly getFlag: ReadFlag<PartOf<T, 'flags'>>;
  /** The same, with why it is so. */
  readonly getFlagDetails: ReadFlagDetails<PartOf<T, 'flags'>>;
  /** `getFlag` without exposing anybody. */
  readonly peekFlag: ReadFlag<PartOf<T, 'flags'>>;
  /** `getFlagDetails` without exposing anybody. */
  readonly peekFlagDetails: ReadFlagDetails<PartOf<T, 'flags'>>;
  /**
   * Which variant of an experiment the person is in, and the value it gives; exposes, once a session.
   * @example
   * if (PX.getExperiment('checkout_flow_v2').variant === 'one_page') showOnePage();
   */
  readonly getExperiment: ReadExperiment<PartOf<T, 'experiments'>>;
  /** The same without exposing anybody. */
  readonly peekExperiment: ReadExperiment<PartOf<T, 'experiments'>>;
  /** Exposes by hand what a `peekFlag` has shown. */
  readonly exposeFlag: (key: FlagKey<T>, context?: FlagAttributes) => void;
  /** Exposes by hand what a `peekExperiment` has shown. */
  readonly exposeExperiment: (key: ExperimentKey<T>, context?: FlagAttributes) => void;
  /**
   * Called with the keys of flags whose value or variant is another, of all or of `keys`; never otherwise. With no key at
   * all (`[]`): called with none whenever flags may be others for anybody, such as who reads them with a context.
   */
  readonly onFlagsChange: (
    listener: (changed: readonly string[]) => void,
    keys?: readonly FlagKey<T>[],
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
