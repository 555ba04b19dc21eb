import { readArgs, UsageError } from '../config.js';
import { endpointOf, secretKeyOf } from '../endpoint.js';
import { formats } from './formats/index.js';
import type { ImportFormat } from './formats/format.js';

export const IMPORT_USAGE = `px import: history from files, into a project.

  px import [options] FILE…        - is standard input; gzip is read as it is

  --format <name>      ${['auto', ...formats.map(({ name }) => name)].join(', ').padEnd(40)}default auto
  --url <url>          the collector      default PX_ENDPOINT, else http://localhost:4400
  --key <secret key>   of the project     default PX_SECRET_KEY, else the local px dev's
  --site <origin>      combined: where the log's pages are, such as https://shop.example
  --hash-key <text>    combined: what visitors' ids are keyed with    default PX_HASH_KEY, else the secret key
  --no-address         combined: without visitors' addresses, and so without their countries
  --state <path>       how far each file got: a folder, or for one source a file      default .px/import
  --restart            from the first line again; nothing is stored twice
  --wait <seconds>     how long the collector may be away                             default 600

  Every event keeps its id, or is given one made of its line: importing again stores nothing twice. Ctrl-C stops;
  the same command goes on after the last line that was answered.

  Exit code: 0 all was stored; 2 all was read, and some lines or events were not taken (they are counted, and the
  first are shown); 1 it could not go on; 130 stopped by Ctrl-C.
`;

/** What `px import` was asked to do. */
export interface ImportConfig {
  readonly files: readonly string[];
  /** Null: told from each file's first lines. */
  readonly format: ImportFormat | null;
  readonly url: string;
  readonly key: string;
  readonly site: string | null;
  readonly hashKey: string;
  readonly withAddress: boolean;
  readonly state: string | null;
  readonly restart: boolean;
  readonly patienceMs: number;
}

/** Reads arguments and environment. */
export function readImportConfig(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): ImportConfig {
  const { values, positionals: files } = readArgs(
    { args: [...args], allowPositionals: true, options: OPTIONS },
    IMPORT_USAGE,
  );
  const url = endpointOf(values.url, env);
  const key = secretKeyOf(values.key, env, url);
  const format = formats.find(({ name }) => name === values.format);
  const site = values.site?.replace(/\/$/, '');
  const wait = values.wait ?? '600';
  const fault =
    files.length === 0
      ? 'say which files'
      : !URL.canParse(url)
        ? `the address ${JSON.stringify(url)} is none`
        : !key
          ? '--key or PX_SECRET_KEY is needed: a secret key (pxs_…)'
          : key.startsWith('pxw_')
            ? 'this is a write key, and a secret key (pxs_…) is needed: only with that may a sender say whose address and browser an event has'
            : (values.format ?? 'auto') !== 'auto' && !format
              ? `there is no format ${JSON.stringify(values.format)}`
              : site !== undefined && !/^https?:\/\/[^/]+$/.test(site)
                ? `--site ${JSON.stringify(site)} is no origin, such as https://shop.example`
                : !/^\d{1,6}$/.test(wait)
                  ? `--wait ${JSON.stringify(wait)} is no number of seconds`
                  : null;
  if (fault !== null || !key) {
    throw new UsageError(`px import: ${fault ?? 'arguments are missing'}.\n\n${IMPORT_USAGE}`);
  }
  return {
    files,
    format: format ?? null,
    url,
    key,
    site: site ?? null,
    hashKey: values['hash-key'] ?? env['PX_HASH_KEY'] ?? key,
    withAddress: !values['no-address'],
    state: values.state ?? null,
    restart: values.restart ?? false,
    patienceMs: Number(wait) * 1_000,
  };
}

const OPTIONS = {
  format: { type: 'string' },
  url: { type: 'string' },
  key: { type: 'string' },
  site: { type: 'string' },
  'hash-key': { type: 'string' },
  'no-address': { type: 'boolean' },
  state: { type: 'string' },
  restart: { type: 'boolean' },
  wait: { type: 'string' },
} as const;
