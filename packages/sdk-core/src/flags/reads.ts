import type { JsonValue } from '@px-platform/protocol';
import type { Verdict } from '@px-platform/protocol/flags';
import type { FlagAttributes, FlagReason, FlagVerbs } from './verbs.js';

/** What there is to say of a flag, whether or not anything was decided. */
export type Decision = Omit<Verdict, 'reason'> & { readonly reason: FlagReason };

/** The verbs that read, or expose what was read. */
export type FlagReads = Pick<
  FlagVerbs,
  | 'getFlag'
  | 'getFlagDetails'
  | 'peekFlag'
  | 'peekFlagDetails'
  | 'getExperiment'
  | 'peekExperiment'
  | 'exposeFlag'
  | 'exposeExperiment'
>;

/** Nothing was decided, and this is why. */
export const undecided = (reason: FlagReason): Decision => ({
  value: null,
  variant: null,
  reason,
  ruleId: null,
  experiment: null,
  inExperiment: false,
  bucket: null,
  exposures: [],
});

/** What decides, and what else there is to know for a read. */
export interface Decider {
  /** `isSeen`: the person is in what it says from here on. */
  decide(key: string, context: FlagAttributes, isSeen: boolean): Decision;
  /** Which flag runs an experiment. */
  flagOf(experiment: string): string;
  /** What a flag is where nothing is known. */
  defaultOf(key: string): JsonValue | undefined;
  isStale(): boolean;
  /** Whether to read is to see. */
  readonly isExposing: boolean;
}

/** Decides nothing: there is no client. */
export const NO_DECIDER: Decider = {
  decide: () => undecided('loading'),
  flagOf: (experiment) => experiment,
  defaultOf: () => undefined,
  isStale: () => true,
  isExposing: false,
};

/** Creates the reads, of whatever decides at the time. */
export function createReads(decider: () => Decider): FlagReads {
  type Read = [key: string, context?: FlagAttributes, fallback?: JsonValue];
  /** `isSeen`: always, never, or as it is usual. */
  const details =
    (isSeen?: boolean) =>
    (...[key, context, fallback]: Read) => {
      const { decide, defaultOf, isExposing, isStale } = decider();
      const { exposures: _, experiment: _in, value, ...told } = decide(
        key,
        context ?? {},
        isSeen ?? isExposing,
      );
      return { ...told, value: value ?? fallback ?? defaultOf(key), isStale: isStale() };
    };
  const flag =
    (isSeen?: boolean) =>
    (...read: Read) =>
      details(isSeen)(...read).value;
  const experiment =
    (isSeen?: boolean) =>
    (key: string, context?: FlagAttributes) => {
      const { decide, flagOf, isExposing } = decider();
      const { value, variant, reason, experiment, exposures } = decide(
        flagOf(key),
        context ?? {},
        isSeen ?? isExposing,
      );
      // Somebody in a holdout, or in a prerequisite's experiment, is told of it, whatever decided the flag.
      const own = exposures.find((exposure) => exposure.experiment === key);
      const inExperiment = own !== undefined || experiment === key;
      return {
        variant: own ? own.variant : inExperiment ? variant : null,
        value: value ?? undefined,
        inExperiment,
        reason,
      };
    };
  const reads = {
    getFlag: flag(),
    getFlagDetails: details(),
    peekFlag: flag(false),
    peekFlagDetails: details(false),
    getExperiment: experiment(),
    peekExperiment: experiment(false),
    exposeFlag: flag(true),
    exposeExperiment: experiment(true),
  };
  // Which types go with which flags is the caller's word: it cannot be known here.
  return reads as unknown as FlagReads;
}
