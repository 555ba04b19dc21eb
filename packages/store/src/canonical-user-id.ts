import QuickLRU from 'quick-lru';
import { v5 as uuidv5 } from 'uuid';

/** Root of every PX person id: UUIDv5 of the DNS name `px-platform.dev`. */
const PX_NAMESPACE = uuidv5('px-platform.dev', uuidv5.DNS);

/** A hash an event saved, or two. Pure memory: what is forgotten is derived again. */
const namespaces = new QuickLRU<string, string>({ maxSize: 1_000 });
const people = new QuickLRU<string, string>({ maxSize: 20_000 });

/**
 * A person's UUID, the same on every machine without asking any: UUIDv5 (RFC 9562) of the kind and the id
 * as sent, in the project's own namespace. Kinds differ so that an anonymous id can never
 * be chosen to land on a known person.
 */
export function canonicalUserId(
  projectId: string,
  kind: 'known' | 'anonymous',
  distinctId: string,
): string {
  const key = `${projectId}\n${kind}:${distinctId}`;
  let userId = people.get(key);
  if (userId === undefined) {
    // Half of a surrogate pair has no bytes to hash: it becomes U+FFFD here as it does where it is stored.
    userId = uuidv5(`${kind}:${distinctId.toWellFormed()}`, namespaceOf(projectId));
    people.set(key, userId);
  }
  return userId;
}

function namespaceOf(projectId: string): string {
  const known = namespaces.get(projectId);
  if (known !== undefined) return known;
  const namespace = uuidv5(projectId, PX_NAMESPACE);
  namespaces.set(projectId, namespace);
  return namespace;
}
