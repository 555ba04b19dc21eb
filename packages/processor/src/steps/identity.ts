import type { AcceptedEvent } from '@px-platform/protocol';
import { canonicalUserId } from '@px-platform/store';
import type { Step } from './step.js';

/** Who the event belongs to, found from what it carries and nothing else (ADR 0003). */
export const identityStep: Step = {
  name: 'identity',
  enrich: ({ project_id, event }) => identityOf(project_id, event),
};

/** Whose it is by the ids it was sent with: the known person's, else the device's. */
export function identityOf(
  projectId: string,
  { user_id, anonymous_id }: Pick<AcceptedEvent['event'], 'user_id' | 'anonymous_id'>,
) {
  const isIdentified = Boolean(user_id);
  const distinctId = user_id || anonymous_id || '';
  return {
    distinct_id: distinctId,
    is_identified: isIdentified,
    user_id: canonicalUserId(projectId, isIdentified ? 'known' : 'anonymous', distinctId),
  };
}
