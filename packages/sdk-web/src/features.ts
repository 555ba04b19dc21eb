import { createStandardFeatures, PEOPLE_VERBS, type PeopleVerbs } from '@px-platform/sdk-core';
import type { PxFeatures } from './create-px.js';

/** What the default build knows beyond the least. */
export const FEATURES: PxFeatures<PeopleVerbs> = {
  create: createStandardFeatures,
  verbs: PEOPLE_VERBS,
};
