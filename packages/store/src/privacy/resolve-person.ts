import { canonicalUserId } from '../canonical-user-id.js';
import { personalToken } from '../catalog/personal-token.js';
import type { PrivacyCatalog } from '../catalog/privacy.js';
import type { PeopleTables, PersonScope, PersonTexts } from '../event-store/people-tables.js';
import type { PrivacyScope, PrivacySubject } from './port.js';

export interface ResolvePersonDeps {
  readonly eventStore: Pick<PeopleTables, 'samePerson' | 'idsOf'>;
  /** Where the secret is that ids were hashed with. @default none: ids stand everywhere as they were sent */
  readonly catalog?: Pick<PrivacyCatalog, 'privacyPolicy'> | undefined;
}

/**
 * Everyone that a subject is, on all their devices, and every id they were sent under, and what stands in the place of those that
 * were hashed (ADR 0016): somebody may be known of dead letters alone.
 */
export async function resolvePerson(
  { eventStore, catalog }: ResolvePersonDeps,
  scope: PrivacyScope,
  { user_id, anonymous_id }: PrivacySubject,
): Promise<PersonScope & PersonTexts> {
  const { tenant_id, project_id } = scope;
  const whose = { tenant_id, project_id };
  const asked = [
    ...(user_id === undefined ? [] : [canonicalUserId(project_id, 'known', user_id)]),
    ...(anonymous_id === undefined ? [] : [canonicalUserId(project_id, 'anonymous', anonymous_id)]),
  ];
  const user_ids = await eventStore.samePerson({ ...whose, user_ids: asked });
  const stored = await eventStore.idsOf({ ...whose, user_ids });
  const sent = [user_id, anonymous_id].filter((id) => id !== undefined);
  const policy = await catalog?.privacyPolicy(tenant_id, project_id);
  const hashed = policy ? sent.map((id) => personalToken(policy.secret, id)) : [];
  return { ...whose, user_ids, ids: [...new Set([...sent, ...hashed, ...stored])] };
}
