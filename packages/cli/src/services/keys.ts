import {
  FLAGS_MODES,
  postgresCatalog,
  type Catalog,
  type FlagsMode,
  type Tier,
} from '@px-platform/store';
import { openPostgres } from '@px-platform/store/postgres';
import { KEY_PATTERN } from '@px-platform/protocol/definitions';
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
  readonly environment: string | undefined;
  readonly flagsMode: FlagsMode | undefined;
  readonly tier: Tier | undefined;
  readonly eventsPerHour: number | null;
}

const ACTIONS = {
  async create(catalog: Catalog, asked: Asked) {
    const { tenant, project, name, origins, environment, flagsMode, tier, eventsPerHour } = asked;
    await catalog.ensureProject({ id: project, tenant_id: tenant, name: name ?? project }, tenant);
    if (tier) await catalog.setTier(tenant, tier, eventsPerHour);
    const spec = {
      tenant_id: tenant,
      project_id: project,
      ...(environment !== undefined && { environment }),
    };
    const write = await catalog.createKey(
      { ...spec, kind: 'write', origins, ...(flagsMode && { flags_mode: flagsMode }) },
      'px keys',
    );
    const secret = await catalog.createKey({ ...spec, kind: 'secret' }, 'px keys');
    console.log(`write  ${write.key}\nsecret ${secret.key}`);
  },
  async list(catalog: Catalog, { tenant, project }: Asked) {
    for (const known of await catalog.listKeys(tenant, project)) {
      const { prefix, kind, name, origins = [], environment, flags_mode, is_revoked } = known;
      const flags = `${environment} ${flags_mode}`;
      const facts = [`${prefix}…`, kind, name, origins.join(' ') || 'any page', flags];
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
  const flagsMode = FLAGS_MODES.find((known) => known === values['flags-mode']);
  if (values['flags-mode'] !== undefined && !flagsMode)
    throw new UsageError(
      `--flags-mode ${JSON.stringify(values['flags-mode'])} is none of ${FLAGS_MODES.join(', ')}.`,
    );
  const { environment } = values;
  if (environment !== undefined && !KEY_PATTERN.test(environment))
    throw new UsageError(
      `--environment ${JSON.stringify(environment)} is no name of letters, digits, ".", "_" and "-".`,
    );
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
  return {
    action,
    tenant,
    project,
    name,
    key,
    origins: origin,
    environment,
    flagsMode,
    tier,
    eventsPerHour,
  };
}

const OPTIONS = {
  tenant: { type: 'string' },
  project: { type: 'string' },
  name: { type: 'string' },
  key: { type: 'string' },
  origin: { type: 'string', multiple: true },
  environment: { type: 'string' },
  'flags-mode': { type: 'string' },
  tier: { type: 'string' },
  'events-per-hour': { type: 'string' },
} as const;
