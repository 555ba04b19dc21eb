import type { EventName, JsonValue } from '@px-platform/protocol';

declare global {
  /**
   * The flags of a project and their values. These three are empty until somebody says so, by hand or by the file that
   * `px codegen` writes: what is empty takes any name.
   * @example
   * interface PxFlagTypes { new_onboarding: boolean; checkout_copy: 'short' | 'long' }
   */
  interface PxFlagTypes {}
  /**
   * The experiments of a project: their variants, and the values of the flags that run them.
   * @example
   * interface PxExperimentTypes { checkout_flow_v2: { variant: 'control' | 'one_page'; value: boolean } }
   */
  interface PxExperimentTypes {}
  /**
   * The events of a project's tracking plan and their properties. `[more: string]: any` among them takes others, too;
   * with `unknown` it would not take what an interface of yours describes.
   * @example
   * interface PxEventTypes { plan_chosen: { plan: 'free' | 'pro'; price?: number } }
   */
  interface PxEventTypes {}
}

/** What a project has, by name. A part that is left out or empty takes any name. */
export interface PxTypes {
  readonly flags?: object;
  readonly experiments?: object;
  readonly events?: object;
}

/** What the global interfaces say. */
export interface DeclaredTypes {
  readonly flags: PxFlagTypes;
  readonly experiments: PxExperimentTypes;
  readonly events: PxEventTypes;
}

declare const unlisted: unique symbol;
/**
 * A name that the types do not list, and that is meant all the same. It is checked no further.
 * @example
 * PX.track('from_the_old_app' as Unlisted, { step: 2 });
 */
export type Unlisted = string & { readonly [unlisted]: true };

/** One part of the types; `object`, which has no names, where they lack it. */
export type PartOf<T extends PxTypes, P extends keyof PxTypes> = T extends {
  readonly [Name in P]: infer Part extends object;
}
  ? Part
  : object;
type NameIn<Part> = keyof Part extends never ? string : (keyof Part & string) | Unlisted;

/** The key of a flag. */
export type FlagKey<T extends PxTypes = DeclaredTypes> = NameIn<PartOf<T, 'flags'>>;
/** The key of an experiment. */
export type ExperimentKey<T extends PxTypes = DeclaredTypes> = NameIn<PartOf<T, 'experiments'>>;
/** The name of an event: of the plan, or of those that PX records by itself. */
export type EventKey<T extends PxTypes = DeclaredTypes> = keyof PartOf<T, 'events'> extends never
  ? string
  : NameIn<PartOf<T, 'events'>> | EventName;

/** The value of a flag. */
export type FlagValue<K, T extends PxTypes = DeclaredTypes> = ValueIn<PartOf<T, 'flags'>, K>;
export type ValueIn<Flags, K> = K extends keyof Flags ? Flags[K] : JsonValue;

/** The variants of an experiment; of all that the types list, where it is not said of which. */
export type VariantKey<K = never, T extends PxTypes = DeclaredTypes> = [K] extends [never]
  ? AnyVariantIn<PartOf<T, 'experiments'>>
  : VariantIn<PartOf<T, 'experiments'>, K>;
type AnyVariantIn<Experiments> = keyof Experiments extends never
  ? string
  : VariantIn<Experiments, keyof Experiments>;
export type VariantIn<Experiments, K> = K extends keyof Experiments
  ? Experiments[K] extends { readonly variant: infer Variant extends string }
    ? Variant
    : string
  : string;
/** The values of the flag that runs an experiment. */
export type ExperimentValueIn<Experiments, K> = K extends keyof Experiments
  ? Experiments[K] extends { readonly value: infer Value }
    ? Value
    : JsonValue
  : JsonValue;

/** The properties of an event. */
export type PropertiesOf<K, T extends PxTypes = DeclaredTypes> = PropertiesIn<
  PartOf<T, 'events'>,
  K
>;
type PropertiesIn<Events, K> = K extends keyof Events ? Events[K] : object;
/** Whether nothing must be said. */
export type IsOptional<Properties> = Record<string, never> extends Properties ? true : false;

/** Records that something happened. An event's properties may be left out where none of them is needed. */
// The names stand here in full: so messages list them.
export type Track<
  T extends PxTypes = DeclaredTypes,
  Details extends readonly unknown[] = [],
> = keyof PartOf<T, 'events'> extends never
  ? (event: string, properties?: object, ...details: Details) => void
  : <K extends (keyof PartOf<T, 'events'> & string) | EventName | Unlisted>(
      event: K,
      ...properties: PropertiesArgument<PropertiesOf<K, T>, Details>
    ) => void;
type PropertiesArgument<Properties, Details extends readonly unknown[]> =
  IsOptional<Properties> extends true
    ? [properties?: Properties | undefined, ...details: Details]
    : [properties: Properties, ...details: Details];
