import { textsOf } from '../texts-of.js';
import type { Step } from './step.js';

/** What the person belonged to when it happened. */
export const groupsStep: Step = {
  name: 'groups',
  enrich: ({ event }) => ({ groups: textsOf(event.context?.groups) }),
};
