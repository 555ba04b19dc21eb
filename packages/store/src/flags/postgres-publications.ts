import { createHash } from 'node:crypto';
import {
  compile,
  FLAG_LIMITS,
  type DefinitionFault,
  type Definitions,
} from '@px-platform/protocol/definitions';
import type { FlagDocument } from '@px-platform/protocol/flags';
import type { SqlClient, SqlQueries } from '../sql-client.js';
import type { FlagPublications, FlagScope, Publication, PublicationNotice } from './port.js';

const CHANNEL = 'px_flags';

/** Reads what is published, and hears of it. */
export function postgresPublications(sql: SqlClient): FlagPublications {
  return {
    async publication({ tenant_id, project_id, environment }) {
      const [row] = await sql.query<Publication>(
        `SELECT f.revision, f.document::text AS document
           FROM flag_publications f JOIN projects p ON p.id = f.project_id
          WHERE p.tenant_id = $1 AND p.id = $2 AND f.environment = $3`,
        [tenant_id, project_id, environment],
      );
      return row ?? null;
    },
    async revisions(scopes) {
      if (scopes.length === 0) return [];
      const rows = await sql.query<{ place: number; revision: number }>(
        `SELECT s.place::int AS place, f.revision
           FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY
                  AS s (tenant_id, project_id, environment, place)
           JOIN projects p ON (p.tenant_id, p.id) = (s.tenant_id, s.project_id)
           JOIN flag_publications f
             ON (f.project_id, f.environment) = (s.project_id, s.environment)`,
        [
          scopes.map((each) => each.tenant_id),
          scopes.map((each) => each.project_id),
          scopes.map((each) => each.environment),
        ],
      );
      const found = new Map(rows.map(({ place, revision }) => [place - 1, revision]));
      return scopes.map((_, index) => found.get(index) ?? 0);
    },
    listen: ({ onPublication, onState }) =>
      sql.listen(CHANNEL, {
        onState,
        onMessage(payload) {
          const notice = readNotice(payload);
          if (notice) onPublication(notice);
        },
      }),
  };
}

/**
 * Compiles each environment, and publishes those whose document is another than before: a change in one does not wake
 * the clients of others. Whoever listens is told when the transaction is committed.
 */
export async function publish(
  sql: SqlQueries,
  { project_id }: FlagScope,
  {
    definitions,
    environments,
  }: { readonly definitions: Definitions; readonly environments: readonly string[] },
): Promise<{
  readonly published: Readonly<Record<string, number>>;
  readonly faults: readonly DefinitionFault[];
}> {
  const published: Record<string, number> = {};
  const before = await sql.query<{ environment: string; revision: number; digest: string }>(
    'SELECT environment, revision, digest FROM flag_publications WHERE project_id = $1',
    [project_id],
  );
  for (const environment of environments) {
    const last = before.find((each) => each.environment === environment);
    const revision = (last?.revision ?? 0) + 1;
    const document = compile({ ...definitions, environment, revision, now: Date.now() });
    const digest = digestOf(document);
    if (last?.digest === digest) continue;
    const text = JSON.stringify(document);
    if (text.length > FLAG_LIMITS.documentLength) {
      const message = `would make what clients of ${environment} download ${text.length} characters; the limit is ${FLAG_LIMITS.documentLength}`;
      return { published: {}, faults: [{ path: '', message }] };
    }
    await sql.query(
      `INSERT INTO flag_publications (project_id, environment, revision, document, digest)
       VALUES ($1, $2, $3, $4::json, $5)
       ON CONFLICT (project_id, environment)
       DO UPDATE SET revision = $3, document = $4::json, digest = $5, published_at = now()`,
      [project_id, environment, revision, text, digest],
    );
    const notice: PublicationNotice = { project_id, environment, revision };
    await sql.query('SELECT pg_notify($1, $2)', [CHANNEL, JSON.stringify(notice)]);
    published[environment] = revision;
  }
  return { published, faults: [] };
}

/** All that clients decide by. */
function digestOf({ features, savedGroups, px }: FlagDocument): string {
  const content = JSON.stringify([features, savedGroups, px?.segments, px?.computedSegments]);
  return createHash('sha256').update(content).digest('hex');
}

/** Null: the channel is shared with whoever may connect, and this is none of ours. */
function readNotice(payload: string): PublicationNotice | null {
  try {
    const { project_id, environment, revision } = JSON.parse(payload) as PublicationNotice;
    const isOurs =
      typeof project_id === 'string' &&
      typeof environment === 'string' &&
      typeof revision === 'number';
    return isOurs ? { project_id, environment, revision } : null;
  } catch {
    return null;
  }
}
