import { undecided, type FlagAttributes, type Logger, type Look } from '@px-platform/sdk-core';
import { createExposureMemory, periodOf } from './exposures.js';
import { clock } from './node-platform.js';
import type { FlagsSettings } from './options.js';

/** By what flags are decided: rules of this process, or what the collector has answered. */
export interface Decider {
  decide(key: string, given: FlagAttributes, isSeen: boolean): ReturnType<Look>;
  /** Which flag runs an experiment. */
  flagOf(experiment: string): string | null | undefined;
}

/** Creates what makes looks of deciders; they share the memory of exposures. */
export function createLooks(
  { defaults, exposureMemory, onExposure }: FlagsSettings,
  log: Logger,
): (decider: Decider) => Look {
  const fallbacks = new Map(Object.entries(defaults));
  const isNews = createExposureMemory(exposureMemory);

  const expose = ({ exposures, revision }: ReturnType<Look>, context: FlagAttributes) => {
    if (!onExposure || exposures.length === 0) return;
    const { session, dayMs } = periodOf(context, clock.now());
    for (const exposure of exposures) {
      if (!isNews(exposure, session ?? String(dayMs))) continue;
      try {
        onExposure({ ...exposure, revision }, context);
      } catch (cause) {
        log.error('listener', cause);
      }
    }
  };

  return ({ decide, flagOf }) =>
    (name, given, isSeen = true, isExperiment = false) => {
      try {
        // Callers without types hand over null, too.
        const context = given ?? {};
        const key = (isExperiment ? flagOf(name) : name) ?? name;
        const decision = decide(key, context, isSeen);
        if (decision.reason === 'unknown') log.warn(`flag:${name}`);
        if (isSeen) expose(decision, context);
        return { ...decision, value: decision.value ?? fallbacks.get(key) ?? null };
      } catch (cause) {
        log.error('call', cause);
        return undecided('error');
      }
    };
}
