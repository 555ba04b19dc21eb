import { epoch } from '../epoch.js';
import type { SqlClient, SqlQueries, SqlValue } from '../sql-client.js';
import type { Person, PersonSighting, ProfileStore, TraitsUpdate } from './port.js';
import type { StoredTraits } from './traits.js';
import { gather } from '../gather.js';
import { applyGroupTraits, findGroup } from './groups.js';
import { storable, storableJson } from './storable.js';
import { mergeTraits, traitValues } from './traits.js';

interface Numbered {
  readonly project_id: string;
  readonly user_id: string;
  readonly person: number;
}

/** Sightings as seven columns; rows are locked in one order, so that two batches cannot deadlock. */
const SIGHTINGS = `
  SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::boolean[], $6::float8[], $7::float8[])
    AS s (project_id, user_id, tenant_id, distinct_id, is_identified, first_seen, last_seen)`;

const UPDATE_KNOWN = `
  WITH seen AS (${SIGHTINGS}),
  known AS (
    SELECT u.project_id, u.user_id, u.person
      FROM users u JOIN seen USING (project_id, user_id)
     ORDER BY u.project_id, u.user_id
       FOR UPDATE OF u
  ),
  updated AS (
    UPDATE users u
       SET first_seen = least(u.first_seen, to_timestamp(seen.first_seen / 1000)),
           last_seen = greatest(u.last_seen, to_timestamp(seen.last_seen / 1000)),
           is_identified = u.is_identified OR seen.is_identified
      FROM seen JOIN known USING (project_id, user_id)
     WHERE u.project_id = seen.project_id AND u.user_id = seen.user_id
       AND (u.first_seen > to_timestamp(seen.first_seen / 1000)
         OR u.last_seen < to_timestamp(seen.last_seen / 1000)
         OR u.is_identified < seen.is_identified)
  )
  SELECT project_id, user_id::text AS user_id, person FROM known`;

const ENSURE_COUNTERS = `
  INSERT INTO person_counters (project_id, last_person)
  SELECT DISTINCT project_id, 0 FROM unnest($1::text[]) AS p (project_id) ORDER BY project_id
  ON CONFLICT DO NOTHING`;

const LOCK_COUNTERS = `
  SELECT project_id FROM person_counters WHERE project_id = ANY ($1::text[])
  ORDER BY project_id FOR UPDATE`;

/** Runs under the counters' locks, with a snapshot taken after them: nobody else is numbering. */
const INSERT_NEW = `
  WITH seen AS (${SIGHTINGS}),
  fresh AS (
    SELECT seen.*, row_number() OVER (PARTITION BY project_id ORDER BY first_seen, user_id) AS nth
      FROM seen
     WHERE NOT EXISTS (
       SELECT 1 FROM users u WHERE u.project_id = seen.project_id AND u.user_id = seen.user_id)
  ),
  counted AS (
    UPDATE person_counters c SET last_person = c.last_person + n.people
      FROM (SELECT project_id, count(*)::integer AS people FROM fresh GROUP BY project_id) n
     WHERE c.project_id = n.project_id
    RETURNING c.project_id, c.last_person - n.people AS before
  )
  INSERT INTO users (project_id, user_id, tenant_id, person, distinct_id, is_identified, first_seen, last_seen)
  SELECT f.project_id, f.user_id, f.tenant_id, c.before + f.nth, f.distinct_id, f.is_identified,
         to_timestamp(f.first_seen / 1000), to_timestamp(f.last_seen / 1000)
    FROM fresh f JOIN counted c USING (project_id)`;

/**
 * What counts of the increments is what came after the number was set. One that was set once is where they begin, whenever
 * that was.
 */
const FIND = `
  SELECT u.user_id::text AS user_id, u.person, u.distinct_id, u.is_identified, u.traits,
         ${epoch('first_seen', 'u')},
         ${epoch('last_seen', 'u')},
         (SELECT coalesce(jsonb_object_agg(key, total), '{}') FROM (
            SELECT i.key, sum(i.by)::float8 AS total
              FROM trait_increments i
             WHERE i.project_id = u.project_id AND i.user_id = u.user_id
               AND (u.traits -> i.key IS NULL
                 OR (u.traits -> i.key ->> 'once')::boolean
                 OR i.at > (u.traits -> i.key ->> 'at')::float8
                 OR (i.at = (u.traits -> i.key ->> 'at')::float8
                     AND i.event_id COLLATE "C" > u.traits -> i.key ->> 'event_id'))
             GROUP BY i.key) AS sums) AS increments
    FROM users u WHERE u.project_id = $1 AND u.user_id = $2`;

/** An event that was counted counts no more. */
const INSERT_INCREMENTS = `
  INSERT INTO trait_increments (project_id, user_id, event_id, key, by, at)
  SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::numeric[], $6::float8[])
  ON CONFLICT DO NOTHING`;

/**
 * A page of those who were last seen too long ago. Whoever is being written to at the moment was not. There is no index by when:
 * every sighting would have to keep it, for the sake of one look a day.
 */
const EXPIRE = `
  DELETE FROM users WHERE (project_id, user_id) IN (
    SELECT project_id, user_id FROM users
     WHERE project_id = $1 AND tenant_id = $2 AND last_seen < to_timestamp($3::float8 / 1000)
     ORDER BY project_id, user_id LIMIT $4 FOR UPDATE SKIP LOCKED)
  RETURNING 1`;
const EXPIRE_PAGE = 10_000;

type StoredPerson = Omit<Person, 'traits'> & {
  readonly traits: StoredTraits;
  readonly increments: { readonly [key: string]: number };
};

/** Profiles in Postgres. The client stays the caller's to close. */
export function postgresProfileStore(sql: SqlClient): ProfileStore {
  return {
    async see(sightings) {
      const people = [...onePerPerson(sightings).values()];
      const numbers = new Map<string, number>();
      if (people.length === 0) return numbers;
      await note(sql, people, numbers);
      const unknown = people.filter((each) => !numbers.has(keyOf(each)));
      if (unknown.length > 0) {
        await sql.transaction(async (transaction) => {
          const projects = [...new Set(unknown.map(({ project_id }) => project_id))];
          await transaction.query(ENSURE_COUNTERS, [projects]);
          await transaction.query(LOCK_COUNTERS, [projects]);
          await transaction.query(INSERT_NEW, columnsOf(unknown));
          // Also takes in those that somebody else numbered a moment before.
          await note(transaction, unknown, numbers);
        });
      }
      return numbers;
    },
    async applyTraits(updates) {
      if (updates.length === 0) return;
      await sql.transaction((transaction) => applyTraits(transaction, updates));
    },
    async find(projectId, userId) {
      const [row] = await sql.query<StoredPerson>(FIND, [projectId, userId]);
      if (row === undefined) return null;
      const { traits, increments, ...person } = row;
      return { ...person, traits: traitValues(traits, increments) };
    },
    applyGroupTraits: (updates) => applyGroupTraits(sql, updates),
    findGroup: (projectId, type, key) => findGroup(sql, { projectId, type, key }),
    async erase(projectId, userIds) {
      const rows = await sql.query(
        'DELETE FROM users WHERE project_id = $1 AND user_id = ANY ($2::uuid[]) RETURNING 1',
        [projectId, userIds],
      );
      return rows.length;
    },
    async expire({ tenant_id, project_id, before }) {
      let people = 0;
      for (;;) {
        const gone = await sql.query(EXPIRE, [project_id, tenant_id, before, EXPIRE_PAGE]);
        people += gone.length;
        if (gone.length < EXPIRE_PAGE) return people;
      }
    },
    // Whoever opened the client closes it.
    async close() {},
  };
}

async function note(
  sql: SqlQueries,
  people: readonly PersonSighting[],
  numbers: Map<string, number>,
): Promise<void> {
  for (const row of await sql.query<Numbered>(UPDATE_KNOWN, columnsOf(people))) {
    numbers.set(keyOf(row), row.person);
  }
}

async function applyTraits(sql: SqlQueries, updates: readonly TraitsUpdate[]): Promise<void> {
  const byPerson = gather(updates, keyOf);
  const people = [...byPerson.values()].flatMap(([first]) => first ?? []);
  const ids = [people.map(({ project_id }) => project_id), people.map(({ user_id }) => user_id)];
  const rows = await sql.query<{ project_id: string; user_id: string; traits: StoredTraits }>(
    `SELECT u.project_id, u.user_id::text AS user_id, u.traits
       FROM users u JOIN unnest($1::text[], $2::uuid[]) AS w (project_id, user_id)
         USING (project_id, user_id)
      ORDER BY u.project_id, u.user_id
        FOR UPDATE OF u`,
    ids,
  );
  if (rows.length < people.length) {
    const found = new Set(rows.map(keyOf));
    const missing = people.find((each) => !found.has(keyOf(each)));
    throw new Error(
      `traits for ${missing?.user_id}, whom this store has not seen: call see() first`,
    );
  }
  const merged = rows.map((row) =>
    (byPerson.get(keyOf(row)) ?? []).reduce<StoredTraits>(mergeTraits, row.traits),
  );
  await sql.query(
    `UPDATE users u SET traits = w.traits::jsonb
       FROM unnest($1::text[], $2::uuid[], $3::text[]) AS w (project_id, user_id, traits)
      WHERE u.project_id = w.project_id AND u.user_id = w.user_id`,
    [
      rows.map(({ project_id }) => project_id),
      rows.map(({ user_id }) => user_id),
      merged.map((traits) => storableJson(traits)),
    ],
  );
  await insertIncrements(sql, updates);
}

async function insertIncrements(sql: SqlQueries, updates: readonly TraitsUpdate[]): Promise<void> {
  const additions = updates.flatMap((update) =>
    Object.entries(update.increment).map(([key, by]) => ({ ...update, key, by })),
  );
  if (additions.length === 0) return;
  await sql.query(INSERT_INCREMENTS, [
    additions.map(({ project_id }) => project_id),
    additions.map(({ user_id }) => user_id),
    additions.map(({ event_id }) => event_id),
    additions.map(({ key }) => storable(key)),
    // As text: the shortest decimal that is this number, and what people added.
    additions.map(({ by }) => String(by)),
    additions.map(({ timestamp }) => timestamp),
  ]);
}

/** Several sightings of one person as one. */
function onePerPerson(sightings: readonly PersonSighting[]): Map<string, PersonSighting> {
  const people = new Map<string, PersonSighting>();
  for (const sighting of sightings) {
    const held = people.get(keyOf(sighting)) ?? sighting;
    people.set(keyOf(sighting), {
      ...held,
      is_identified: held.is_identified || sighting.is_identified,
      first_seen: Math.min(held.first_seen, sighting.first_seen),
      last_seen: Math.max(held.last_seen, sighting.last_seen),
    });
  }
  return people;
}

function columnsOf(people: readonly PersonSighting[]): SqlValue[] {
  return [
    people.map(({ project_id }) => project_id),
    people.map(({ user_id }) => user_id),
    people.map(({ tenant_id }) => tenant_id),
    people.map(({ distinct_id }) => storable(distinct_id)),
    people.map(({ is_identified }) => is_identified),
    people.map(({ first_seen }) => first_seen),
    people.map(({ last_seen }) => last_seen),
  ];
}

function keyOf({ project_id, user_id }: Pick<Numbered, 'project_id' | 'user_id'>): string {
  return `${project_id}/${user_id}`;
}
