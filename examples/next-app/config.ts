import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Which project, and where its collector is. */
export interface Config {
  readonly apiKey: string;
  readonly projectId: string;
  readonly endpoint: string;
}

/** Read as a request needs it: a build knows nothing of the place where it will run. */
export function readConfig(): Config {
  const { PX_API_KEY, PX_PROJECT_ID, PX_ENDPOINT } = process.env;
  return {
    apiKey: PX_API_KEY ?? readDevKey(),
    projectId: PX_PROJECT_ID ?? 'shop',
    endpoint: PX_ENDPOINT ?? 'http://localhost:4400',
  };
}

/** What `px dev` at the root of the repository has written down. Without it the site works, and records nothing. */
function readDevKey(): string {
  try {
    const file = join(/* turbopackIgnore: true */ process.cwd(), '../../.px/dev.json');
    return (JSON.parse(readFileSync(file, 'utf8')) as { readonly write_key: string }).write_key;
  } catch {
    return '';
  }
}
