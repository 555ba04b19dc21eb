import { createHash, randomBytes } from 'node:crypto';
import { DEFAULT_ENVIRONMENT } from '../flags/port.js';
import type { SqlClient } from '../sql-client.js';
import type { Catalog, KeyGrant, KnownKey, Project } from './port.js';
import { postgresPrivacy } from './postgres-privacy.js';

const PREFIX = { write: 'pxw_', secret: 'pxs_' } as const;
const SHOWN_CHARACTERS = 10;

/** The catalog in Postgres. The client stays the caller's to close. */
export function postgresCatalog(sql: SqlClient): Catalog {
  return {
    ...postgresPrivacy(sql),
    async findKey(key) {
      const [grant] = await sql.query<KeyGrant>(
        `SELECT k.kind, p.tenant_id, k.project_id, k.origins, k.environment, k.flags_mode,
                t.tier, t.events_per_hour
           FROM api_keys k
           JOIN projects p ON p.id = k.project_id
           JOIN tenants t ON t.id = p.tenant_id
          WHERE k.digest = $1 AND k.revoked_at IS NULL`,
        [digestOf(key)],
      );
      return grant ?? null;
    },
    async ensureProject({ id, tenant_id, name }, tenantName) {
      await sql.transaction(async (transaction) => {
        await transaction.query(
          'INSERT INTO tenants (id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING',
          [tenant_id, tenantName],
        );
        await transaction.query(
          'INSERT INTO projects (id, tenant_id, name) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
          [id, tenant_id, name],
        );
        const [owner] = await transaction.query<{ tenant_id: string }>(
          'SELECT tenant_id FROM projects WHERE id = $1',
          [id],
        );
        if (owner?.tenant_id !== tenant_id) {
          throw new Error(`project ${id} belongs to another tenant than ${tenant_id}`);
        }
      });
    },
    async setTier(tenantId, tier, eventsPerHour = null) {
      await sql.query('UPDATE tenants SET tier = $2, events_per_hour = $3 WHERE id = $1', [
        tenantId,
        tier,
        eventsPerHour,
      ]);
    },
    async findProject(projectId) {
      const [project] = await sql.query<Project>(
        'SELECT id, tenant_id, name FROM projects WHERE id = $1',
        [projectId],
      );
      return project ?? null;
    },
    listProjects: (tenantId) =>
      sql.query<Project>(
        'SELECT id, tenant_id, name FROM projects WHERE tenant_id = $1 ORDER BY created_at, id',
        [tenantId],
      ),
    async createKey(spec, name) {
      const { kind, tenant_id, project_id, origins = [] } = spec;
      const { environment = DEFAULT_ENVIRONMENT, flags_mode = 'rules' } = spec;
      const key = PREFIX[kind] + randomBytes(24).toString('base64url');
      const made = await sql.query(
        `INSERT INTO api_keys 
                (digest, prefix, kind, project_id, name, origins, environment, flags_mode)
         SELECT $1, $2, $3, p.id, $4, $7::text[], $8, $9 FROM projects p WHERE p.id = $5 AND p.tenant_id = $6
         RETURNING 1 AS made`,
        [
          digestOf(key),
          key.slice(0, SHOWN_CHARACTERS),
          kind,
          name,
          project_id,
          tenant_id,
          origins,
          environment,
          flags_mode,
        ],
      );
      if (made.length === 0) throw new Error(`tenant ${tenant_id} has no project ${project_id}`);
      return { key, kind, tenant_id, project_id, origins, environment, flags_mode };
    },
    listKeys: (tenantId, projectId) =>
      sql.query<KnownKey>(
        `SELECT k.prefix, k.kind, p.tenant_id, k.project_id, k.origins, k.environment, k.flags_mode,
                k.name,
                k.revoked_at IS NOT NULL AS is_revoked
           FROM api_keys k JOIN projects p ON p.id = k.project_id
          WHERE p.tenant_id = $1 AND p.id = $2
          ORDER BY k.created_at, k.digest`,
        [tenantId, projectId],
      ),
    async revokeKey(tenantId, projectId, prefix) {
      const revoked = await sql.query(
        `UPDATE api_keys k SET revoked_at = now()
           FROM projects p
          WHERE p.id = k.project_id AND p.tenant_id = $1 AND p.id = $2
            AND k.prefix = $3 AND k.revoked_at IS NULL
        RETURNING 1 AS revoked`,
        [tenantId, projectId, prefix],
      );
      return revoked.length > 0;
    },
    // Whoever opened the client closes it.
    async close() {},
  };
}

function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
