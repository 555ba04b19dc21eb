import { experimentsOf, type FlagDocument, type Verdict } from '@px-platform/protocol/flags';

/** The flag that runs an experiment, by rules or, without them, by what was decided. */
export const flagOf = (
  experiment: string,
  rules: FlagDocument | undefined,
  values: Readonly<Record<string, Verdict>> = {},
): string | null | undefined =>
  rules
    ? experimentsOf(rules).get(experiment)?.flag
    : Object.entries(values).find(([, { exposures }]) =>
        exposures.some((exposure) => exposure.experiment === experiment),
      )?.[0];
