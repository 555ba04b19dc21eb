import { postgresCatalog, type Catalog, type Tier } from '@px-platform/store';
import { openPostgres } from '@px-platform/store/postgres';
import pino from 'pino';
import { readArgs, UsageError } from '../config.js';
import { atServer } from './at-server.js';
import { KEYS_USAGE, readServiceConfig } from './config.js';

const TIERS: readonly Tier[] = ['free', 'pro', 'enterprise'];

/** `px keys`: a project's keys. */
export async function runKeys(args: readonly string[]): Promise<void> {
  const { action, ...asked } = parse(args);
  const { postgresUrl, logLevel } = readServiceConfig(['postgres']);
  const log = pino({ level: logLevel, name: 'px-keys' }, pino.destination(2));
  const sql = openPostgres({
    url: postgresUrl,
    applicationName: 'px-keys',
    maxConnections: 2,
    log,
  });
  try {
    const server = { server: 'Postgres', variable: 'POSTGRES_URL', address: postgresUrl };
    await atServer(server, () => ACTIONS[action](postgresCatalog(sql), asked));
  } finally {
    await sql.close();
  }
}

interface Asked {
  readonly tenant: string;
  readonly project: string;
  readonly name: string | undefined;
  readonly key: string | undefined;
  readonly origins: readonly string[];
  readonly tier: Tier | undefined;
  readonly eventsPerHour: number | null;
}

const ACTIONS = {
  async create(catalog: Catalog, { tenant, project, name, origins, tier, eventsPerHour }: Asked) {
    await catalog.ensureProject({ id: project, tenant_id: tenant, name: name ?? project }, tenant);
    if (tier) await catalog.setTier(tenant, tier, eventsPerHour);
    const spec = { tenant_id: tenant, project_id: project };
    const write = await catalog.createKey({ ...spec, kind: 'write', origins }, 'px keys');
    const secret = await catalog.createKey({ ...spec, kind: 'secret' }, 'px keys');
    console.log(`write  ${write.key}\nsecret ${secret.key}`);
  },
  async list(catalog: Catalog, { tenant, project }: Asked) {
    for (const { prefix, kind, name, origins = [], is_revoked } of await catalog.listKeys(
      tenant,
      project,
    )) {
      const facts = [`${prefix}…`, kind, name, origins.join(' ') || 'any page'];
      console.log([...facts, ...(is_revoked ? ['revoked'] : [])].join('  '));
    }
  },
  async revoke(catalog: Catalog, { tenant, project, key = '' }: Asked) {
    if (!(await catalog.revokeKey(tenant, project, key.slice(0, 10))))
      throw new UsageError(
        `px keys: project ${project} of ${tenant} has no living key ${JSON.stringify(key)}. \`px keys list\` shows them.`,
      );
    console.log(`${key.slice(0, 10)}…  revoked; collectors refuse it within five seconds`);
  },
} as const;
type Action = keyof typeof ACTIONS;

function parse(args: readonly string[]): Asked & { readonly action: Action } {
  const { values, positionals } = readArgs(
    { args: [...args], allowPositionals: true, options: OPTIONS },
    KEYS_USAGE,
  );
  const action = (Object.keys(ACTIONS) as Action[]).find((known) => known === positionals.join());
  const { tenant, project, name, key, origin = [] } = values;
  if (!action || !tenant || !project)
    throw new UsageError(`px keys: an action, --tenant and --project are needed.\n\n${KEYS_USAGE}`);
  const tier = TIERS.find((known) => known === values.tier);
  if (values.tier !== undefined && !tier)
    throw new UsageError(`--tier ${JSON.stringify(values.tier)} is none of ${TIERS.join(', ')}.`);
  const own = values['events-per-hour'];
  if (own !== undefined && !(tier && /^[1-9]\d{0,8}$/.test(own)))
    throw new UsageError(
      `--events-per-hour ${JSON.stringify(own)}: give a whole number from 1, and --tier beside it.`,
    );
  const odd = origin.find((each) => !/^https?:\/\/(\*\.)?[^\s/*]+$/.test(each));
  if (odd !== undefined)
    throw new UsageError(
      `--origin ${JSON.stringify(odd)} is no origin: a scheme and a host, such as https://shop.example or https://*.shop.example.`,
    );
  const eventsPerHour = own === undefined ? null : Number(own);
  return { action, tenant, project, name, key, origins: origin, tier, eventsPerHour };
}

const OPTIONS = {
  tenant: { type: 'string' },
  project: { type: 'string' },
  name: { type: 'string' },
  key: { type: 'string' },
  origin: { type: 'string', multiple: true },
  tier: { type: 'string' },
  'events-per-hour': { type: 'string' },
} as const;
