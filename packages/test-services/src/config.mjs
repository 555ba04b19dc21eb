import { delimiter } from 'node:path';

/** What the environment says; read nowhere else. */
export const config = {
  isCi: process.env.CI === 'true' || process.env.CI === '1',
  path: (process.env.PATH ?? '').split(delimiter),
  /** The address of somebody's server. */
  serverIn: (variable) => process.env[variable] || null,
  /** What a server started here inherits. */
  inherited: process.env,
};
