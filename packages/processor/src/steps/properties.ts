import { canonicalProperties } from '../canonical-properties.js';
import type { Step } from './step.js';

/** Properties in the one form that every engine stores: no event can poison its batch. */
export const propertiesStep: Step = {
  name: 'properties',
  enrich: ({ event }) => ({ properties: canonicalProperties(event.properties ?? {}) }),
};
