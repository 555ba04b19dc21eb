import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATA_ENTRIES } from './reset-data-dir.js';

const LOCAL = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The secret key of the `px dev` of this folder, for its own addresses: nobody should have to copy it from there. */
export function localSecretKey(endpoint: string, dataDir = '.px'): string | undefined {
  if (!URL.canParse(endpoint) || !LOCAL.has(new URL(endpoint).hostname)) return undefined;
  try {
    const project: unknown = JSON.parse(readFileSync(join(dataDir, DATA_ENTRIES.project), 'utf8'));
    const { secret_key: key } = Object(project) as { readonly secret_key?: unknown };
    return typeof key === 'string' ? key : undefined;
  } catch {
    return undefined;
  }
}
