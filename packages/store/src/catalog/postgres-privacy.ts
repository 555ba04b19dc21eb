import { completeRules, type PrivacyRules } from '@px-platform/protocol';
import type { SqlClient } from '../sql-client.js';
import type { PrivacyCatalog } from './privacy.js';

const RULES = `
  SELECT r.rules FROM privacy_rules r JOIN projects p ON p.id = r.project_id
   WHERE p.tenant_id = $1 AND p.id = $2`;

const POLICY = `
  SELECT (SELECT secret FROM privacy_secrets WHERE tenant_id = $1) AS secret, (${RULES}) AS rules`;

interface StoredPolicy {
  readonly secret: string | null;
  readonly rules: Partial<PrivacyRules> | null;
}

/** That part of the catalog in Postgres which is about personal data. */
export function postgresPrivacy(sql: SqlClient): PrivacyCatalog {
  const policy = async (tenantId: string, projectId: string) =>
    (await sql.query<StoredPolicy>(POLICY, [tenantId, projectId]))[0];

  return {
    async privacyRules(tenantId, projectId) {
      const [row] = await sql.query<Pick<StoredPolicy, 'rules'>>(RULES, [tenantId, projectId]);
      return completeRules(row?.rules ?? {});
    },
    async setPrivacyRules(tenantId, projectId, rules) {
      const set = await sql.query(
        `INSERT INTO privacy_rules (project_id, rules)
         SELECT id, $3::jsonb FROM projects WHERE tenant_id = $1 AND id = $2
         ON CONFLICT (project_id) DO UPDATE SET rules = excluded.rules
         RETURNING 1 AS set`,
        [tenantId, projectId, JSON.stringify(rules)],
      );
      return set.length > 0;
    },
    async privacyPolicy(tenantId, projectId) {
      let found = await policy(tenantId, projectId);
      if (!found?.secret) {
        await sql.query(
          'INSERT INTO privacy_secrets (tenant_id) VALUES ($1) ON CONFLICT DO NOTHING',
          [tenantId],
        );
        found = await policy(tenantId, projectId);
      }
      if (!found?.secret) throw new Error(`tenant ${tenantId} got no secret to hash with`);
      return { rules: completeRules(found.rules ?? {}), secret: found.secret };
    },
  };
}
