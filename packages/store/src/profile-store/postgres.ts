import type { SqlClient, SqlQueries, SqlValue } from '../sql-client.js';
import type { Person, PersonSighting, ProfileStore, TraitsUpdate } from './port.js';
import type { StoredTraits } from './traits.js';
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
      const [row] = await sql.query<Omit<Person, 'traits'> & { readonly traits: StoredTraits }>(
        `SELECT user_id::text AS user_id, person, distinct_id, is_identified, traits,
                (extract(epoch FROM first_seen) * 1000)::float8 AS first_seen,
                (extract(epoch FROM last_seen) * 1000)::float8 AS last_seen
           FROM users WHERE project_id = $1 AND user_id = $2`,
        [projectId, userId],
      );
      return row === undefined ? null : { ...row, traits: traitValues(row.traits) };
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
  const byPerson = new Map<string, TraitsUpdate[]>();
  for (const update of updates) {
    const list = byPerson.get(keyOf(update));
    if (list === undefined) byPerson.set(keyOf(update), [update]);
    else list.push(update);
  }
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
    (byPerson.get(keyOf(row)) ?? []).reduce(mergeTraits, row.traits),
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

/** Postgres holds every character but NUL, and half of a surrogate pair is none. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\uFFFD');
}

/** Keys and values alike: JSON escapes the offenders, and a pair of backslashes is not an escape. */
function storableJson(value: StoredTraits): string {
  return JSON.stringify(value).replace(/\\\\|\\u(?:0000|d[89a-f]..)/g, (match) =>
    match === '\\\\' ? match : '\uFFFD',
  );
}
