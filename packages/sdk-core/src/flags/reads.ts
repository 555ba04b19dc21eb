import type { JsonValue } from '@px-platform/protocol';
import type { Verdict } from '@px-platform/protocol/flags';
import type { DeclaredTypes, PxTypes } from '../types.js';
import type { FlagAttributes, FlagReason, FlagVerbs } from './verbs.js';

/** What there is to say of a flag, whether or not anything was decided. */
export type Decision = Omit<Verdict, 'reason'> & { readonly reason: FlagReason };

/**
 * Looks at a flag, or at the one that runs an experiment. `isSeen`: the person is in what it says from here on;
 * where that is not said it is as the options have it.
 */
export type Look = (
  key: string,
  context: FlagAttributes | undefined,
  isSeen: boolean | undefined,
  isExperiment?: boolean,
) => Decision & { readonly isStale: boolean; readonly revision: number };

/** The verbs that read, or expose what was read. */
export type FlagReads<T extends PxTypes = DeclaredTypes> = Pick<
  FlagVerbs<T>,
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
export const undecided = (reason: FlagReason): ReturnType<Look> => ({
  value: null,
  variant: null,
  reason,
  ruleId: null,
  experiment: null,
  inExperiment: false,
  bucket: null,
  exposures: [],
  isStale: true,
  revision: 0,
});

/** Creates the reads. */
export function createReads(look: Look): FlagReads {
  type Read = [key: string, context?: FlagAttributes, fallback?: JsonValue];
  const details =
    (isSeen?: boolean) =>
    (...[key, context, fallback]: Read) => {
      const { exposures: _, ...told } = look(key, context, isSeen);
      return { ...told, value: told.value ?? fallback };
    };
  const flag =
    (isSeen?: boolean) =>
    (...[key, context, fallback]: Read) =>
      look(key, context, isSeen).value ?? fallback;
  const experiment = (isSeen?: boolean) => (key: string, context?: FlagAttributes) => {
    const told = look(key, context, isSeen, true);
    // Somebody in a holdout, or in a prerequisite's experiment, is told of it, whatever decided the flag.
    const own = told.exposures.find((exposure) => exposure.experiment === key);
    const inExperiment = own !== undefined || told.experiment === key;
    const { variant } = own ?? told;
    return {
      variant: inExperiment ? variant : null,
      value: told.value ?? undefined,
      inExperiment,
      reason: told.reason,
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
