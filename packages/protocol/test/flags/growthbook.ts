import { type FeatureDefinitions, GrowthBookClient, type Result } from '@growthbook/growthbook';
import type { FlagDocument } from '../../src/flags/index.js';
import type { Situation } from './generate.js';

/** What an evaluator said, and what it did meanwhile, in the words of GrowthBook. */
export interface Outcome {
  readonly value: unknown;
  readonly source: string;
  readonly ruleId: string;
  readonly inExperiment: boolean;
  readonly variant: string | null;
  readonly bucket: number | null;
  /** As `experiment|variant|attribute|value`, in order and once each. */
  readonly exposures: readonly string[];
  readonly sticky: Assignments;
}
export type Assignments = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Somebody who asks. */
export type Person = Omit<Situation, 'document' | 'experiment'>;
type User = NonNullable<Parameters<GrowthBookClient['evalFeature']>[1]>;

/** What GrowthBook's own SDK says of a flag, or of the experiment without one. */
export const growthbook = (document: FlagDocument) => {
  const client = new GrowthBookClient().initSync({
    payload: {
      features: document.features as FeatureDefinitions,
      savedGroups: document.savedGroups as Record<string, string[]>,
    },
  });
  return {
    flag: (key: string, situation: Person): Outcome => {
      const { user, done } = userOf(situation);
      const { value, source, ruleId, experimentResult } = client.evalFeature(key, user);
      return { value, source, ruleId, ...resultOf(experimentResult), ...done() };
    },
    experiment: (situation: Situation): Outcome => {
      const { user, done } = userOf(situation);
      const result = client.runInlineExperiment(
        situation.experiment as Parameters<typeof client.runInlineExperiment>[0],
        user,
      );
      const source = result.inExperiment ? 'experiment' : 'defaultValue';
      return { value: result.value, source, ruleId: '', ...resultOf(result), ...done() };
    },
  };
};

const resultOf = (result?: Result<unknown>) => ({
  inExperiment: result?.inExperiment ?? false,
  variant: result?.key ?? null,
  bucket: result?.hashUsed ? (result.bucket ?? null) : null,
});

const userOf = (situation: Person) => {
  const exposures: string[] = [];
  const documents: NonNullable<User['stickyBucketAssignmentDocs']> = {};
  for (const [unit, assignments] of Object.entries(situation.sticky ?? {})) {
    const [attributeName = '', attributeValue = ''] = unit.split('||');
    documents[unit] = { attributeName, attributeValue, assignments: { ...assignments } };
  }
  const user: User = {
    attributes: situation.attributes,
    attributeOverrides: situation.attributeOverrides,
    url: situation.url,
    forcedFeatureValues: new Map(Object.entries(situation.forcedValues)),
    forcedVariations: situation.forcedVariations,
    qaMode: situation.isQa,
    trackedExperiments: new Set(),
    trackingCallback: ({ key }, { key: variant, hashAttribute, hashValue }) => {
      exposures.push(`${key}|${variant}|${hashAttribute}|${hashValue}`);
    },
    ...(situation.sticky && {
      stickyBucketAssignmentDocs: documents,
      saveStickyBucketAssignmentDoc: async (saved) => {
        documents[`${saved.attributeName}||${saved.attributeValue}`] = saved;
      },
    }),
  };
  const done = () => ({
    exposures,
    sticky: Object.fromEntries(
      Object.entries(documents).map(([unit, { assignments }]) => [unit, assignments]),
    ),
  });
  return { user, done };
};
