import { epoch } from '../epoch.js';
import type { SqlClient } from '../sql-client.js';
import type { ClaimedRequest, ErasedPerson, PrivacyRequest, PrivacyStore } from './port.js';

const COLUMNS = `id::text AS id, tenant_id, project_id, kind, user_ids::text[] AS user_ids, requested_by,
  ${epoch('requested_at')}, ${epoch('due_at')}, ${epoch('finished_at')}, attempts, last_error, report`;

/** Requests about people in Postgres. The client stays the caller's to close. */
export function postgresPrivacyStore(sql: SqlClient): PrivacyStore {
  return {
    async ask({ tenant_id, project_id, kind, subject, user_ids, requested_by }) {
      const [row] = await sql.query<PrivacyRequest>(
        `INSERT INTO privacy_requests (tenant_id, project_id, kind, subject, user_ids, requested_by)
         VALUES ($1, $2, $3, $4::jsonb, $5::uuid[], $6) RETURNING ${COLUMNS}`,
        [tenant_id, project_id, kind, JSON.stringify(subject), user_ids, requested_by],
      );
      return row as PrivacyRequest;
    },
    async find({ tenant_id, project_id }, id) {
      const [row] = await sql.query<PrivacyRequest>(
        `SELECT ${COLUMNS} FROM privacy_requests
          WHERE tenant_id = $1 AND project_id = $2 AND id::text = $3`,
        [tenant_id, project_id, id],
      );
      return row ?? null;
    },
    list: ({ tenant_id, project_id }) =>
      sql.query<PrivacyRequest>(
        `SELECT ${COLUMNS} FROM privacy_requests
          WHERE tenant_id = $1 AND project_id = $2
          ORDER BY privacy_requests.requested_at DESC, id LIMIT 100`,
        [tenant_id, project_id],
      ),
    async claim(leaseMs) {
      const [row] = await sql.query<ClaimedRequest>(
        `UPDATE privacy_requests
            SET leased_until = now() + make_interval(secs => $1), attempts = attempts + 1
          WHERE id = (
            SELECT id FROM privacy_requests
             WHERE kind = 'erasure' AND finished_at IS NULL
               AND (leased_until IS NULL OR leased_until <= now())
             ORDER BY requested_at LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING ${COLUMNS}, subject - 'ids' AS subject, coalesce(subject -> 'ids', '[]') AS ids, ${epoch('swept_at')}`,
        [leaseMs / 1_000],
      );
      return row ?? null;
    },
    async swept(id, { user_ids, report, waitMs }) {
      await sql.query(
        `UPDATE privacy_requests
            SET swept_at = now(), user_ids = $2::uuid[], report = $3::jsonb, last_error = NULL,
                leased_until = now() + make_interval(secs => $4)
          WHERE id = $1::uuid`,
        [id, user_ids, JSON.stringify(report), waitMs / 1_000],
      );
    },
    async finish(id, { user_ids, report }) {
      await sql.query(
        `UPDATE privacy_requests
            SET finished_at = now(), user_ids = $2::uuid[], report = $3::jsonb,
                subject = NULL, leased_until = NULL, last_error = NULL
          WHERE id = $1::uuid`,
        [id, user_ids, JSON.stringify(report)],
      );
    },
    async putOff(id, { error, waitMs }) {
      await sql.query(
        `UPDATE privacy_requests
            SET leased_until = now() + make_interval(secs => $2), last_error = $3 WHERE id = $1::uuid`,
        [id, waitMs / 1_000, error.slice(0, 500)],
      );
    },
    async forget({ id, project_id }, { user_ids, ids }) {
      await sql.query(
        `WITH kept AS (
           UPDATE privacy_requests
              SET user_ids = $3::uuid[], subject = subject || jsonb_build_object('ids', $4::text[])
            WHERE id = $1::uuid)
         INSERT INTO erased_people (project_id, user_id, erased_at)
         SELECT $2, user_id, now() FROM unnest($3::uuid[]) AS u (user_id) ORDER BY user_id
         ON CONFLICT (project_id, user_id) DO UPDATE SET erased_at = excluded.erased_at`,
        [id, project_id, user_ids, ids],
      );
    },
    erasedSince: (since) =>
      sql.query<ErasedPerson>(
        `SELECT project_id, user_id::text AS user_id, ${epoch('erased_at')} FROM erased_people
          WHERE erased_people.erased_at >= to_timestamp($1 / 1000.0)`,
        [since],
      ),
  };
}
