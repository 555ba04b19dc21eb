import { canonicalUserId } from '@px-platform/store';
import type { Step } from './step.js';

/** Who the event belongs to, found from what it carries and nothing else (ADR 0003). */
export const identityStep: Step = {
  name: 'identity',
  enrich({ project_id, event }) {
    const isIdentified = Boolean(event.user_id);
    const distinctId = event.user_id || event.anonymous_id || '';
    return {
      distinct_id: distinctId,
      is_identified: isIdentified,
      user_id: canonicalUserId(project_id, isIdentified ? 'known' : 'anonymous', distinctId),
    };
  },
};
