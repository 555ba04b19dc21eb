import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { SignJWT } from 'jose';
import { postgresCatalog, type Catalog, type SqlClient } from '@px-platform/store';
import { createMemoryStreams } from '@px-platform/store/memory';
import { openPglite } from '@px-platform/store/pglite';
import { serve } from '@px-platform/test-services';
import { createApi, type ApiDeps } from '../src/api.js';

const SECRET = 'a secret of thirty-two bytes or more';

/** The API over an empty Postgres, and no events. */
export interface PostgresApi {
  readonly url: string;
  readonly catalog: Catalog;
  /** A token of somebody of the tenant `acme`. */
  tokenOf(role: string): Promise<string>;
  close(): Promise<void>;
}

/** `more`: what else the routes under test need. */
export async function openPostgresApi(
  more: (stores: {
    readonly sql: SqlClient;
    readonly catalog: Catalog;
  }) => Pick<ApiDeps, 'flags' | 'segments' | 'privacy' | 'retention' | 'schemas'>,
): Promise<PostgresApi> {
  const directory = await mkdtemp(join(tmpdir(), 'px-api-'));
  const sql = await openPglite({ path: directory });
  const catalog = postgresCatalog(sql);
  const app = express().use(
    createApi({
      catalog,
      eventStore: { query: async () => [], samePerson: async () => [] },
      streams: createMemoryStreams(),
      log: { info() {}, warn() {}, error() {} },
      tokens: { keys: { secret: SECRET }, issuer: 'login', audience: 'px' },
      ...more({ sql, catalog }),
    }),
  );
  const server = await serve(app);
  return {
    url: server.url,
    catalog,
    tokenOf: (role) =>
      new SignJWT({ iss: 'login', aud: 'px', tenant_id: 'acme', role })
        .setProtectedHeader({ alg: 'HS256' })
        .setExpirationTime('1m')
        .sign(new TextEncoder().encode(SECRET)),
    async close() {
      await server.close();
      await sql.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
