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
  // What leaves the page is redacted last.
  create: (context) => combineFeatures(flags.create, createStandardFeatures)(context),
  verbs: (call, client) => ({
    ...(Object.fromEntries(
      PEOPLE_VERBS.map((verb) => [verb, call(verb)]),
    ) as unknown as PeopleVerbs),
    ...flags.verbs(call, client),
  }),
};
