import { epoch } from '../epoch.js';
import type { SqlClient } from '../sql-client.js';
import type { DueRetention, Retention, RetentionStore } from './port.js';

/** How long projects keep what they were told, in Postgres. The client stays the caller's to close. */
export function postgresRetentionStore(sql: SqlClient): RetentionStore {
  return {
    async find({ tenant_id, project_id }) {
      const [row] = await sql.query<Retention>(
        `SELECT r.events_days, ${epoch('swept_at', 'r')}, r.deleted
           FROM retention r JOIN projects p ON p.id = r.project_id
          WHERE p.tenant_id = $1 AND p.id = $2`,
        [tenant_id, project_id],
      );
      return row ?? { events_days: null, swept_at: null, deleted: null };
    },
    async set({ tenant_id, project_id }, eventsDays) {
      const set = await sql.query(
        `INSERT INTO retention (project_id, events_days)
         SELECT id, $3::integer FROM projects WHERE tenant_id = $1 AND id = $2
         ON CONFLICT (project_id) DO UPDATE SET events_days = excluded.events_days, due_at = now()
         RETURNING 1 AS set`,
        [tenant_id, project_id, eventsDays],
      );
      return set.length > 0;
    },
    claim: ({ leaseMs, most }) =>
      sql.query<DueRetention>(
        `UPDATE retention r SET due_at = now() + make_interval(secs => $1)
           FROM projects p
          WHERE p.id = r.project_id AND r.project_id IN (
            SELECT project_id FROM retention
             WHERE events_days IS NOT NULL AND due_at <= now()
             ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
         RETURNING p.tenant_id, p.id AS project_id, r.events_days`,
        [leaseMs / 1_000, most],
      ),
    async swept({ project_id, events_days }, { deleted, waitMs }) {
      await sql.query(
        `UPDATE retention
            SET swept_at = now(), deleted = $3::jsonb, due_at = now() + make_interval(secs => $4)
          WHERE project_id = $1 AND events_days = $2`,
        [project_id, events_days, JSON.stringify(deleted), waitMs / 1_000],
      );
    },
    async putOff({ project_id, events_days }, waitMs) {
      await sql.query(
        `UPDATE retention SET due_at = now() + make_interval(secs => $3)
          WHERE project_id = $1 AND events_days = $2`,
        [project_id, events_days, waitMs / 1_000],
      );
    },
  };
}
