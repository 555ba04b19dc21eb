import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** What the environment says; read nowhere else. */
export const config = {
  isCi: process.env.CI === 'true' || process.env.CI === '1',
  path: (process.env.PATH ?? '').split(delimiter),
  /** Where what is fetched once is kept for every clone. */
  cacheDir: join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'px-platform'),
  /** The address of somebody's server. */
  serverIn: (variable) => process.env[variable] || null,
  /** What a server started here inherits. */
  inherited: process.env,
};
