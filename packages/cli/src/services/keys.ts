import { parseArgs } from 'node:util';
import { postgresCatalog } from '@px-platform/store';
import { openPostgres } from '@px-platform/store/postgres';
import pino from 'pino';
import { UsageError } from '../config.js';
import { KEYS_USAGE, readServiceConfig } from './config.js';

/** `px keys create`: a project's first two keys. */
export async function runKeys(args: readonly string[]): Promise<void> {
  const { tenant, project, name } = parse(args);
  const { postgresUrl, logLevel } = readServiceConfig(['postgres']);
  const log = pino({ level: logLevel, name: 'px-keys' }, pino.destination(2));
  const sql = openPostgres({
    url: postgresUrl,
    applicationName: 'px-keys',
    maxConnections: 2,
    log,
  });
  try {
    const catalog = postgresCatalog(sql);
    await catalog.ensureProject({ id: project, tenant_id: tenant, name: name ?? project }, tenant);
    for (const kind of ['write', 'secret'] as const) {
      const made = await catalog.createKey(
        { kind, tenant_id: tenant, project_id: project },
        'px keys',
      );
      console.log(`${kind.padEnd(7)}${made.key}`);
    }
  } finally {
    await sql.close();
  }
}

function parse(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        tenant: { type: 'string' },
        project: { type: 'string' },
        name: { type: 'string' },
      },
    });
    const { tenant, project, name } = values;
    if (positionals.join() === 'create' && tenant && project) return { tenant, project, name };
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${KEYS_USAGE}`);
  }
  throw new UsageError(`px keys: "create", --tenant and --project are needed.\n\n${KEYS_USAGE}`);
}
