import { canonicalUserId } from '../canonical-user-id.js';
import type { PeopleTables, PersonScope, PersonTexts } from '../event-store/people-tables.js';
import type { PrivacyScope, PrivacySubject } from './port.js';

/** Everyone that a subject is, on all their devices, and every id they were sent under. */
export async function resolvePerson(
  eventStore: Pick<PeopleTables, 'samePerson' | 'idsOf'>,
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
  return { ...whose, user_ids, ids: [...new Set([...sent, ...stored])] };
}
