import {
  canonical,
  PLAN_LIMITS,
  type JsonObject,
  type PlannedEvent,
  type UnplannedPolicy,
} from '@px-platform/protocol';
import type { SqlClient, SqlQueries } from '../sql-client.js';
import type { PlanScope, SchemaRegistry, SchemaVersion } from './port.js';

/** One statement, so that it is of one moment: the plan with its events as JSON. */
const PLAN = `
  SELECT t.revision, t.unplanned,
         coalesce(jsonb_agg(jsonb_build_object(
           'event', e.event_name, 'version', e.version, 'mode', e.mode, 'schema', s.schema
         ) ORDER BY e.event_name COLLATE "C") FILTER (WHERE e.event_name IS NOT NULL), '[]') AS events
    FROM projects p
    JOIN tracking_plans t ON t.project_id = p.id
    LEFT JOIN planned_events e ON e.project_id = p.id
    LEFT JOIN event_schemas s
      ON (s.project_id, s.event_name, s.version) = (e.project_id, e.event_name, e.version)
   WHERE p.tenant_id = $1 AND p.id = $2
   GROUP BY t.revision, t.unplanned`;

/** Makes the plan if need be, and locks it until the transaction ends. No row: the tenant has no such project. */
const LOCK = `
  INSERT INTO tracking_plans (project_id, revision)
  SELECT id, 0 FROM projects WHERE tenant_id = $1 AND id = $2
  ON CONFLICT (project_id) DO UPDATE SET revision = tracking_plans.revision
  RETURNING revision`;

const RAISE = 'UPDATE tracking_plans SET revision = revision + 1 WHERE project_id = $1';

/** Tracking plans in Postgres. The client stays the caller's to close. */
export function postgresSchemaRegistry(sql: SqlClient): SchemaRegistry {
  return {
    async revision({ tenant_id, project_id }) {
      const [plan] = await sql.query<{ revision: number }>(
        `SELECT t.revision FROM tracking_plans t JOIN projects p ON p.id = t.project_id
          WHERE p.tenant_id = $1 AND p.id = $2`,
        [tenant_id, project_id],
      );
      return plan?.revision ?? 0;
    },
    async plan({ tenant_id, project_id }) {
      const [plan] = await sql.query<{
        revision: number;
        unplanned: UnplannedPolicy;
        events: PlannedEvent[];
      }>(PLAN, [tenant_id, project_id]);
      return plan ?? { revision: 0, unplanned: 'allow', events: [] };
    },
    versions: ({ tenant_id, project_id }, event) =>
      sql.query<SchemaVersion>(
        `SELECT s.version, s.schema, extract(epoch FROM s.created_at)::float8 * 1000 AS created_at
           FROM event_schemas s JOIN projects p ON p.id = s.project_id
          WHERE p.tenant_id = $1 AND p.id = $2 AND s.event_name = $3
          ORDER BY s.version DESC`,
        [tenant_id, project_id, event],
      ),
    putEvent: (scope, { event, mode, schema, basedOn }) =>
      sql.transaction(async (transaction) => {
        if (!(await lock(transaction, scope))) return { outcome: 'no_project' };
        const { project_id } = scope;
        const [current] = await transaction.query<{ version: number }>(
          'SELECT version FROM planned_events WHERE project_id = $1 AND event_name = $2',
          [project_id, event],
        );
        if ((current?.version ?? 0) !== basedOn) {
          return { outcome: 'stale', version: current?.version ?? 0 };
        }
        if (!current && (await countEvents(transaction, project_id)) >= PLAN_LIMITS.events) {
          return { outcome: 'full' };
        }
        const version = await versionOf(transaction, { project_id, event, schema });
        await transaction.query(
          `INSERT INTO planned_events (project_id, event_name, version, mode) VALUES ($1, $2, $3, $4)
           ON CONFLICT (project_id, event_name) DO UPDATE SET version = $3, mode = $4`,
          [project_id, event, version, mode],
        );
        await transaction.query(RAISE, [project_id]);
        return { outcome: 'stored', version };
      }),
    removeEvent: (scope, event) =>
      sql.transaction(async (transaction) => {
        if (!(await lock(transaction, scope))) return false;
        const removed = await transaction.query(
          'DELETE FROM planned_events WHERE project_id = $1 AND event_name = $2 RETURNING 1 AS removed',
          [scope.project_id, event],
        );
        if (removed.length === 0) return false;
        await transaction.query(RAISE, [scope.project_id]);
        return true;
      }),
    setUnplanned: (scope, policy) =>
      sql.transaction(async (transaction) => {
        if (!(await lock(transaction, scope))) return false;
        await transaction.query('UPDATE tracking_plans SET unplanned = $2 WHERE project_id = $1', [
          scope.project_id,
          policy,
        ]);
        await transaction.query(RAISE, [scope.project_id]);
        return true;
      }),
  };
}

async function lock(sql: SqlQueries, { tenant_id, project_id }: PlanScope): Promise<boolean> {
  return (await sql.query(LOCK, [tenant_id, project_id])).length > 0;
}

async function countEvents(sql: SqlQueries, projectId: string): Promise<number> {
  const [row] = await sql.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM planned_events WHERE project_id = $1',
    [projectId],
  );
  return row?.n ?? 0;
}

/** The last version where the schema is the same, else a new one. */
async function versionOf(
  sql: SqlQueries,
  {
    project_id,
    event,
    schema,
  }: { readonly project_id: string; readonly event: string; readonly schema: JsonObject },
): Promise<number> {
  const [last] = await sql.query<{ version: number; schema: JsonObject }>(
    `SELECT version, schema FROM event_schemas
      WHERE project_id = $1 AND event_name = $2 ORDER BY version DESC LIMIT 1`,
    [project_id, event],
  );
  if (last && canonical(last.schema) === canonical(schema)) return last.version;
  const version = (last?.version ?? 0) + 1;
  await sql.query(
    'INSERT INTO event_schemas (project_id, event_name, version, schema) VALUES ($1, $2, $3, $4::jsonb)',
    [project_id, event, version, JSON.stringify(schema)],
  );
  return version;
}
