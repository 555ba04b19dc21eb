import { consentText } from '@px-platform/protocol';
import type { Step } from './step.js';

/** What the person had agreed to when it was made, as far as the sender says. */
export const consentStep: Step = {
  name: 'consent',
  enrich: ({ event }) => ({ consent: consentText(event.context?.consent) }),
};
