import { readIsoTime } from '@px-platform/protocol';
import { readArgs, UsageError } from '../config.js';
import { endpointOf, secretKeyOf } from '../endpoint.js';

export const DEAD_USAGE = `px dead: events that could not be stored, with all that is needed to store them after all.

  px dead list             those that are dead, the last first
  px dead show <id>        one of them, with its event and each of its deaths
  px dead replay <id>…     sends them through the collector again, under the same ids
  px dead replay --all     all that the filters below leave

  --code <code>         such as schema_violation          default any
  --stage <stage>       collector, schema, processor; schema_warning for those that are only told of
  --event <name>        the event's name                  default any
  --since <time>        90m, 24h, 7d, or an ISO date      default all there are (30 days)
  --status <status>     list: dead, replayed, all         default dead
  --limit <number>      list: how many; replay: how many at once      default 50
  --json                list and show: as JSON, one letter a line

  --project <id>        where a token opens several
  --endpoint <url>      the API         default PX_ENDPOINT, else http://localhost:4400
  --key <secret key>    or, to read, a token      default PX_SECRET_KEY, else the local px dev's

  A replay is held against the plan and the quota of today. What dies again is dead as before, with one attempt
  more. Exit code 1: something was not taken.
`;

/** What `px dead` was asked to do. */
export interface DeadConfig {
  readonly action: 'list' | 'show' | 'replay';
  readonly ids: readonly string[];
  /** As the API takes them: `?code=…`. */
  readonly filter: Readonly<Record<string, string>>;
  readonly json: boolean;
  readonly endpoint: string;
  readonly key: string;
}

/** Reads arguments and environment. */
export function readDeadConfig(
  args: readonly string[],
  {
    env = process.env,
    now = Date.now(),
  }: {
    readonly env?: Readonly<Record<string, string | undefined>>;
    readonly now?: number;
  } = {},
): DeadConfig {
  const { values, positionals } = readArgs(
    { args: [...args], allowPositionals: true, options: OPTIONS },
    DEAD_USAGE,
  );
  const [verb, ...ids] = positionals;
  const action = (['list', 'show', 'replay'] as const).find((each) => each === verb);
  const endpoint = endpointOf(values.endpoint, env);
  const key = secretKeyOf(values.key, env, endpoint);
  const since = values.since === undefined ? undefined : readSince(values.since, now);
  const fault = !action
    ? 'say list, show or replay'
    : action === 'list' && ids.length > 0
      ? 'list takes no ids'
      : action === 'show' && ids.length !== 1
        ? 'say which letter to show: one id'
        : action === 'replay' && (ids.length === 0) !== (values.all ?? false)
          ? 'say which to replay: ids, or --all with or without filters'
          : since === null
            ? `--since ${JSON.stringify(values.since)} is no time: 90m, 24h, 7d or an ISO date`
            : !key
              ? '--key or PX_SECRET_KEY is needed'
              : !URL.canParse(endpoint)
                ? `the endpoint ${JSON.stringify(endpoint)} is no address`
                : null;
  if (fault !== null || !action || !key) {
    throw new UsageError(`px dead: ${fault ?? 'arguments are missing'}.\n\n${DEAD_USAGE}`);
  }
  const { code, stage, event, status, limit, project } = values;
  const filter = { code, stage, event, status, limit, project, since: since?.toString() };
  return {
    action,
    ids,
    filter: Object.fromEntries(
      Object.entries(filter).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    json: values.json ?? false,
    endpoint,
    key,
  };
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Epoch milliseconds; null for what is no time. */
function readSince(text: string, now: number): number | null {
  const [, number, unit = ''] = /^(\d+)([mhd])$/.exec(text) ?? [];
  if (number !== undefined) return now - Number(number) * (UNIT_MS[unit] ?? 0);
  return readIsoTime(text)?.epochMs ?? null;
}

const OPTIONS = {
  all: { type: 'boolean' },
  code: { type: 'string' },
  stage: { type: 'string' },
  event: { type: 'string' },
  since: { type: 'string' },
  status: { type: 'string' },
  limit: { type: 'string' },
  json: { type: 'boolean' },
  project: { type: 'string' },
  endpoint: { type: 'string' },
  key: { type: 'string' },
} as const;
