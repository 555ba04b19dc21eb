import { epoch } from '../epoch.js';
import type { SqlClient } from '../sql-client.js';
import type { ComputedSegment, SegmentMembers, SegmentState } from './port.js';

/** Rows compared with a page, and written, in one statement. */
const PAGE = 5_000;
/** Beyond every number of a person. */
const NO_NUMBER = 2_147_483_647;

interface Member {
  readonly person: number;
  readonly belongs_to: number;
}

const STATE = `s.members, s.problem, ${epoch('computed_at', 's')}`;

const COMPUTED = `
  WITH living AS (
    SELECT d.project_id, d.key, d.version, v.definition -> 'did' AS did
      FROM flag_definitions d
      JOIN flag_definition_versions v
        ON (v.project_id, v.kind, v.key, v.version) = (d.project_id, d.kind, d.key, d.version)
     WHERE d.kind = 'segment' AND d.archived_at IS NULL AND v.definition -> 'did' IS NOT NULL
  )
  SELECT p.tenant_id, p.id AS project_id, coalesce(l.key, s.segment) AS key,
         coalesce(l.version, 0) AS version, l.did, coalesce(s.basis, '') AS basis,
         coalesce(s.members, 0) AS members, s.problem, ${epoch('read_at', 's')}, ${epoch('computed_at', 's')}
    FROM living l
    FULL JOIN segment_states s ON (s.project_id, s.segment) = (l.project_id, l.key)
    JOIN projects p ON p.id = coalesce(l.project_id, s.project_id)
   ORDER BY p.id, coalesce(l.key, s.segment) COLLATE "C"`;

/**
 * Those of these who are still there become members. People are locked in the order in which profiles are, so that nobody
 * waits for somebody who waits for them.
 */
const JOIN = `
  WITH found AS (
    SELECT u.user_id, w.person, w.belongs_to
      FROM unnest($3::integer[], $4::integer[]) AS w (person, belongs_to)
      JOIN users u ON u.project_id = $1 AND u.person = w.person
     ORDER BY u.project_id, u.user_id
       FOR KEY SHARE OF u
  )
  INSERT INTO segment_members (project_id, segment, user_id, person, belongs_to)
  SELECT $1, $2, user_id, person, belongs_to FROM found
  ON CONFLICT (project_id, user_id, segment) DO UPDATE SET belongs_to = excluded.belongs_to
  RETURNING 1`;

const LEAVE = `
  DELETE FROM segment_members
   WHERE project_id = $1 AND segment = $2 AND person = ANY ($3::integer[]) RETURNING 1`;

const MEMBERS_AFTER = `
  SELECT person, belongs_to FROM segment_members
   WHERE project_id = $1 AND segment = $2 AND person > $3
   ORDER BY person LIMIT $4`;

const OF_TENANT = `p.id = $2 AND p.tenant_id = $1`;

/** Members in Postgres. The client stays the caller's to close. */
export function postgresSegmentMembers(sql: SqlClient): SegmentMembers {
  return {
    computed: () => sql.query<ComputedSegment>(COMPUTED),
    async claim({ tenant_id, project_id }, leaseMs) {
      const rows = await sql.query(
        `INSERT INTO segment_leases (project_id, leased_until)
         SELECT f.project_id, now() + make_interval(secs => $3)
           FROM flag_sets f JOIN projects p ON p.id = f.project_id WHERE ${OF_TENANT}
         ON CONFLICT (project_id) DO UPDATE SET leased_until = excluded.leased_until
          WHERE segment_leases.leased_until <= now()
         RETURNING 1`,
        [tenant_id, project_id, leaseMs / 1_000],
      );
      return rows.length > 0;
    },
    async release({ project_id }) {
      await sql.query('DELETE FROM segment_leases WHERE project_id = $1', [project_id]);
    },
    async replace({ project_id, key }, { ids, people }) {
      // Before the first member: by its state a segment is found again whose members are to go.
      await sql.query(
        `INSERT INTO segment_states (project_id, segment) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
        [project_id, key],
      );
      const written = { joined: 0, left: 0 };
      let after = 0;
      let at = 0;
      // What is different is found here: in SQL a planner that knows nothing of a fresh table compares all with all.
      while (after < NO_NUMBER) {
        const page = await sql.query<Member>(MEMBERS_AFTER, [project_id, key, after, PAGE]);
        const until = page.length < PAGE ? NO_NUMBER : (page.at(-1)?.person ?? NO_NUMBER);
        const before = new Map(page.map(({ person, belongs_to }) => [person, belongs_to]));
        const come: number[] = [];
        for (; at < ids.length && (ids[at] ?? NO_NUMBER) <= until; at += 1) {
          const id = ids[at] ?? NO_NUMBER;
          if (before.get(id) !== people[at]) come.push(at);
          before.delete(id);
        }
        const gone = [...before.keys()];
        if (gone.length > 0)
          written.left += (await sql.query(LEAVE, [project_id, key, gone])).length;
        for (let from = 0; from < come.length; from += PAGE) {
          const part = come.slice(from, from + PAGE);
          const of = (numbers: readonly number[]) => part.map((each) => numbers[each] ?? NO_NUMBER);
          const joined = await sql.query(JOIN, [project_id, key, of(ids), of(people)]);
          written.joined += joined.length;
        }
        after = until;
      }
      return written;
    },
    async note({ project_id, key }, { basis, readAt, members, problem }) {
      await sql.query(
        `INSERT INTO segment_states AS s (project_id, segment, basis, read_at, computed_at, members, problem)
         VALUES ($1, $2, $3, to_timestamp($4::float8 / 1000),
                 CASE WHEN $5::integer IS NULL THEN NULL ELSE to_timestamp($4::float8 / 1000) END,
                 coalesce($5::integer, 0), $6)
         ON CONFLICT (project_id, segment) DO UPDATE
            SET basis = excluded.basis, read_at = excluded.read_at, problem = excluded.problem,
                computed_at = coalesce(excluded.computed_at, s.computed_at),
                members = coalesce($5::integer, s.members)`,
        [project_id, key, basis, readAt, members, problem],
      );
    },
    async remove({ project_id, key }) {
      let rows = 0;
      for (;;) {
        const gone = await sql.query(
          `DELETE FROM segment_members WHERE (project_id, user_id, segment) IN (
             SELECT project_id, user_id, segment FROM segment_members
              WHERE project_id = $1 AND segment = $2 LIMIT $3)
           RETURNING 1`,
          [project_id, key, PAGE],
        );
        rows += gone.length;
        if (gone.length < PAGE) break;
      }
      await sql.query('DELETE FROM segment_states WHERE project_id = $1 AND segment = $2', [
        project_id,
        key,
      ]);
      return rows;
    },
    async segmentsOf({ tenant_id, project_id, user_id, claimed }) {
      const rows = await sql.query<{ segment: string }>(
        `SELECT m.segment
           FROM segment_members m
           JOIN projects p ON p.id = m.project_id
           JOIN flag_definitions d
             ON (d.project_id, d.kind, d.key) = (m.project_id, 'segment', m.segment)
          WHERE ${OF_TENANT} AND m.user_id = $3::uuid AND d.archived_at IS NULL
            AND ($4::uuid IS NULL OR m.belongs_to = m.person OR m.belongs_to = (
              SELECT u.person FROM users u WHERE u.project_id = $2 AND u.user_id = $4::uuid))
          ORDER BY m.segment COLLATE "C"`,
        [tenant_id, project_id, user_id, claimed ?? null],
      );
      return rows.map(({ segment }) => segment);
    },
    async state({ tenant_id, project_id, key }) {
      const [row] = await sql.query<SegmentState>(
        `SELECT ${STATE} FROM segment_states s JOIN projects p ON p.id = s.project_id
          WHERE ${OF_TENANT} AND s.segment = $3`,
        [tenant_id, project_id, key],
      );
      return row ?? null;
    },
    async sample({ tenant_id, project_id, key }, most) {
      const rows = await sql.query<{ user_id: string }>(
        `SELECT m.user_id::text AS user_id
           FROM segment_members m JOIN projects p ON p.id = m.project_id
          WHERE ${OF_TENANT} AND m.segment = $3 AND m.belongs_to = m.person
          ORDER BY m.person LIMIT $4`,
        [tenant_id, project_id, key, most],
      );
      return rows.map(({ user_id }) => user_id);
    },
  };
}
