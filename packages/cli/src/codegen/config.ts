import { resolve } from 'node:path';
import { readArgs, UsageError } from '../config.js';
import { endpointOf, secretKeyOf } from '../endpoint.js';

export const CODEGEN_USAGE = `px codegen: a project's flags, experiments and planned events as TypeScript.

  px codegen             writes src/px-types.d.ts: a wrong name, value or property is then an error of the compiler
  px codegen --check     writes nothing; says what differs, with exit code 1

  --out <file>         where to                       default src/px-types.d.ts
  --project <id>       where the key or token opens several
  --no-global          without the global interfaces, for a program of several projects
  --endpoint <url>     the API         default PX_ENDPOINT, else http://localhost:4400
  --key <secret key>   or a token      default PX_SECRET_KEY, else the local px dev's

  What an environment has is not asked: each has every flag of the project.
`;

/** What `px codegen` was asked to do. */
export interface CodegenConfig {
  readonly out: string;
  /** Undefined: the only one that the key opens. */
  readonly project: string | undefined;
  readonly isCheck: boolean;
  readonly isGlobal: boolean;
  readonly endpoint: string;
  readonly key: string;
}

/** Reads arguments and environment. */
export function readCodegenConfig(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): CodegenConfig {
  const { values } = readArgs({ args: [...args], options: OPTIONS }, CODEGEN_USAGE);
  const endpoint = endpointOf(values.endpoint, env);
  const key = secretKeyOf(values.key, env, endpoint);
  const fault = !URL.canParse(endpoint)
    ? `the endpoint ${JSON.stringify(endpoint)} is no address`
    : !key
      ? '--key or PX_SECRET_KEY is needed'
      : !values.out.endsWith('.ts')
        ? `--out ${JSON.stringify(values.out)} is no file of TypeScript: its name ends with .ts`
        : null;
  if (fault !== null || !key)
    throw new UsageError(`px codegen: ${fault ?? 'a key is missing'}.\n\n${CODEGEN_USAGE}`);
  return {
    out: resolve(values.out),
    project: values.project,
    isCheck: values.check,
    isGlobal: !values['no-global'],
    endpoint,
    key,
  };
}

const OPTIONS = {
  out: { type: 'string', default: 'src/px-types.d.ts' },
  project: { type: 'string' },
  check: { type: 'boolean', default: false },
  'no-global': { type: 'boolean', default: false },
  endpoint: { type: 'string' },
  key: { type: 'string' },
} as const;
