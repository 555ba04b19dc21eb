import {
  combineFeatures,
  createStandardFeatures,
  PEOPLE_VERBS,
  type FlagVerbs,
  type PeopleVerbs,
} from '@px-platform/sdk-core';
import type { PxFeatures } from './create-px.js';
import { flags } from './flags.js';

/** What the default build knows beyond the least. */
export const FEATURES: PxFeatures<PeopleVerbs & FlagVerbs> = {
  ...flags,
  // What leaves the page is redacted last.
  create: (context) => combineFeatures(flags.create, createStandardFeatures)(context),
  verbs: [...PEOPLE_VERBS, ...flags.verbs],
};
