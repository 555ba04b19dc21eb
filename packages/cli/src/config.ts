import { resolve } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** How `px dev` was asked to run. */
export interface DevConfig {
  /** Port of the collector, the API and the live page. */
  readonly port: number;
  /** Port of the example shop; null when it is not wanted. */
  readonly shopPort: number | null;
  readonly host: string;
  readonly dataDir: string;
  readonly reset: boolean;
  readonly logLevel: LogLevel;
  /** A database of places; null: the bundled one, of countries. */
  readonly geoDb: string | null;
}

export const DEV_USAGE = `px dev: the whole of PX in one process, on embedded engines.

  px dev [options]

  --port <number>       collector, API and live page        default 4400
  --shop-port <number>  the example shop                    default port + 1
  --no-shop             do not serve the example shop
  --host <address>      interface to listen on              default 127.0.0.1
                        (0.0.0.0 takes events from other machines; the live page stays on this one)
  --data <folder>       where everything is kept            default .px
  --reset               delete that folder's data first
  --help                this text

  PX_LOG_LEVEL          trace, debug, info, warn, error     default warn
  PX_GEO_DB             a database of cities (.mmdb)        default the bundled one, of countries
`;

/** Bad arguments. The message says what was received and what to do. */
export class UsageError extends Error {}

/** Reads arguments and environment; the only place that does. */
export function readDevConfig(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): DevConfig | 'help' {
  const { values } = readArgs({ args: [...args], options: DEV_OPTIONS }, DEV_USAGE);
  if (values.help) return 'help';
  const port = readPort('--port', values.port ?? '4400');
  return {
    port,
    shopPort: values['no-shop']
      ? null
      : readPort('--shop-port', values['shop-port'] ?? String(neighbourOf(port))),
    host: values.host ?? '127.0.0.1',
    dataDir: resolve(values.data ?? '.px'),
    reset: values.reset ?? false,
    logLevel: readLogLevel(env.PX_LOG_LEVEL ?? 'warn'),
    geoDb: env.PX_GEO_DB || null,
  };
}

const DEV_OPTIONS = {
  port: { type: 'string' },
  'shop-port': { type: 'string' },
  'no-shop': { type: 'boolean' },
  host: { type: 'string' },
  data: { type: 'string' },
  reset: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Reads a command's arguments; what it does not know is told together with how it is used. */
export function readArgs<const T extends ParseArgsConfig>(
  config: T,
  usage: string,
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}

/** The shop's port when none is given: the next one, and below the last. 0 takes any. */
function neighbourOf(port: number): number {
  if (port === 0) return 0;
  return port === 65_535 ? port - 1 : port + 1;
}

function readPort(name: string, text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new UsageError(
      `${name} ${JSON.stringify(text)} is not a port. Give a number from 1 to 65535 (0 takes a free one).`,
    );
  }
  return port;
}

function readLogLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level) return level;
  throw new UsageError(
    `PX_LOG_LEVEL ${JSON.stringify(text)} is not a level. Use one of ${LOG_LEVELS.join(', ')}.`,
  );
}
