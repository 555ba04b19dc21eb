import QuickLRU from 'quick-lru';
import { CONTROL_EVENTS, LIMITS, type AcceptedEvent, type Enrichment } from '@px-platform/protocol';
import { canonicalUserId, type PersonSighting, type ProfileStore } from '@px-platform/store';

/** Finds the dense number of each event's person, allotting one at the first sight. */
export interface People {
  /** Numbers by `project_id/user_id` for everyone the events name. */
  number(events: readonly Sighted[]): Promise<ReadonlyMap<string, number>>;
  /** The person is no more: whoever comes back gets another number. */
  forget(projectId: string, userId: string): void;
}

export interface Sighted {
  readonly accepted: Pick<AcceptedEvent, 'tenant_id' | 'project_id' | 'timestamp'>;
  readonly enrichment: Enrichment;
  readonly anonymous: AnonymousPerson | null;
}

/** Somebody whom an identify or alias names. */
export interface AnonymousPerson {
  /** Canonical UUID. */
  readonly user_id: string;
  readonly distinct_id: string;
}

interface Known {
  readonly person: number;
  /** Written already: a sighting between these two tells nothing new. */
  readonly seenFrom: number;
  readonly seenUntil: number;
}

type Merged = { -readonly [key in keyof PersonSighting]: PersonSighting[key] };

/** A person seen again within this time is not written again. */
export const SIGHTING_GRANULARITY_MS = 60_000;

/** Somebody of whom only older things come may have been deleted since: a project keeps people for a day at least. */
const SURE_MS = 86_400_000;

/** Numbers never change, so they are remembered; the profile store is asked once a person and minute. */
export function createPeople(
  profiles: Pick<ProfileStore, 'see'>,
  {
    capacity = 100_000,
    clock = Date.now,
  }: { readonly capacity?: number; readonly clock?: () => number } = {},
): People {
  const known = new QuickLRU<string, Known>({ maxSize: capacity });

  return {
    forget: (projectId, userId) => void known.delete(personKey(projectId, userId)),
    async number(events) {
      const sightings = mergeSightings(events);
      const answer = new Map<string, number>();
      const fresh: PersonSighting[] = [];
      const sureFrom = clock() - SURE_MS;
      for (const [key, sighting] of sightings) {
        const seen = known.get(key);
        if (
          seen &&
          sighting.first_seen >= seen.seenFrom &&
          sighting.last_seen <= seen.seenUntil &&
          seen.seenUntil >= sureFrom
        )
          answer.set(key, seen.person);
        else fresh.push(sighting);
      }
      if (fresh.length === 0) return answer;

      const numbers = await profiles.see(fresh);
      for (const { project_id, user_id, first_seen, last_seen } of fresh) {
        const key = personKey(project_id, user_id);
        const person = numbers.get(key);
        if (person === undefined) throw new Error(`the profile store gave no number for ${key}`);
        const before = known.get(key) ?? { seenFrom: Infinity, seenUntil: -Infinity };
        known.set(key, {
          person,
          seenFrom: Math.min(before.seenFrom, first_seen),
          seenUntil: Math.max(before.seenUntil, last_seen + SIGHTING_GRANULARITY_MS),
        });
        answer.set(key, person);
      }
      return answer;
    },
  };
}

/** Key of a person in a project, as `ProfileStore.see` answers. */
export function personKey(projectId: string, userId: string): string {
  return `${projectId}/${userId}`;
}

/** An identify or alias names two: the known person, and the anonymous one (this id) that turned out to be them. */
export function anonymousNamedBy(accepted: AcceptedEvent): AnonymousPerson | null {
  const id = anonymousIdNamedBy(accepted);
  return id
    ? { user_id: canonicalUserId(accepted.project_id, 'anonymous', id), distinct_id: id }
    : null;
}

/** As the client sent it. An alias may name one that is not its sender's own; it is an anonymous id all the same. */
function anonymousIdNamedBy({ event }: AcceptedEvent): string | null | undefined {
  if (!event.user_id) return null;
  if (event.event === CONTROL_EVENTS.identify) return event.anonymous_id;
  if (event.event !== CONTROL_EVENTS.alias) return null;
  const previous = event.properties?.['previous_id'];
  return typeof previous === 'string' && previous.length <= LIMITS.idLength
    ? previous || event.anonymous_id
    : event.anonymous_id;
}

/** One sighting a person. Most are seen several times in a batch, and an object for each time is what this would cost. */
function mergeSightings(events: readonly Sighted[]): Map<string, PersonSighting> {
  const sightings = new Map<string, Merged>();
  const see = (
    { tenant_id, project_id, timestamp }: Sighted['accepted'],
    { user_id, distinct_id }: AnonymousPerson,
    is_identified: boolean,
  ) => {
    const key = personKey(project_id, user_id);
    const seen = sightings.get(key);
    if (seen) {
      seen.first_seen = Math.min(seen.first_seen, timestamp);
      seen.last_seen = Math.max(seen.last_seen, timestamp);
      return;
    }
    sightings.set(key, {
      tenant_id,
      project_id,
      user_id,
      distinct_id,
      is_identified,
      first_seen: timestamp,
      last_seen: timestamp,
    });
  };
  for (const { accepted, enrichment, anonymous } of events) {
    see(accepted, enrichment, enrichment.is_identified);
    if (anonymous) see(accepted, anonymous, false);
  }
  return sightings;
}
