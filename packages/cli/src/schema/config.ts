import { resolve } from 'node:path';
import { readArgs, UsageError } from '../config.js';
import { endpointOf } from '../endpoint.js';

export const SCHEMA_USAGE = `px schema: a project's tracking plan as files, one an event.

  px schema pull    writes schemas/<event>.json for each event of the plan
  px schema check   says what push would change; exit code 1 if a file is wrong or would break events that are right
  px schema push    sends the files that differ; refuses what check refuses

  --project <id>       the project                    needed
  --dir <folder>       where the files are            default schemas
  --endpoint <url>     the API         default PX_ENDPOINT, else http://localhost:4400
  --key <secret key>   or a token      default PX_SECRET_KEY
  --force              push: also what breaks

  A file is { "mode": "off" | "warn" | "enforce", "schema": { … } }. Its name is the event's, percent-encoded.
  An event of the plan that has no file is left as it is.
`;

/** What `px schema` was asked to do. */
export interface SchemaConfig {
  readonly action: 'pull' | 'push' | 'check';
  readonly project: string;
  readonly directory: string;
  readonly endpoint: string;
  readonly key: string;
  readonly force: boolean;
}

/** Reads arguments and environment. */
export function readSchemaConfig(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): SchemaConfig {
  const { values, positionals } = readArgs(
    { args: [...args], allowPositionals: true, options: OPTIONS },
    SCHEMA_USAGE,
  );
  const action = (['pull', 'push', 'check'] as const).find((each) => each === positionals[0]);
  const key = values.key ?? env['PX_SECRET_KEY'];
  const endpoint = endpointOf(values.endpoint, env);
  const fault =
    !action || positionals.length > 1
      ? 'say pull, push or check'
      : !values.project
        ? '--project is needed'
        : !key
          ? '--key or PX_SECRET_KEY is needed'
          : !URL.canParse(endpoint)
            ? `the endpoint ${JSON.stringify(endpoint)} is no address`
            : null;
  if (fault !== null || !action || !values.project || !key) {
    throw new UsageError(`px schema: ${fault ?? 'arguments are missing'}.\n\n${SCHEMA_USAGE}`);
  }
  return {
    action,
    project: values.project,
    directory: resolve(values.dir ?? 'schemas'),
    endpoint,
    key,
    force: values.force ?? false,
  };
}

const OPTIONS = {
  project: { type: 'string' },
  dir: { type: 'string' },
  endpoint: { type: 'string' },
  key: { type: 'string' },
  force: { type: 'boolean' },
} as const;
