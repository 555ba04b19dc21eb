import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What the build copies beside the program: pages and the browser script. */
export interface Assets {
  readonly dashboardDir: string;
  readonly shopDir: string;
  /** The script tag's, and what it loads from beside itself. Each is served under its own name. */
  readonly browserScripts: readonly string[];
}

/** Finds the built assets, or says how to build them. */
export function findAssets(): Assets {
  const at = (path: string) => fileURLToPath(new URL(`../assets/${path}`, import.meta.url));
  const assets = {
    dashboardDir: at('dashboard'),
    shopDir: at('shop'),
    browserScripts: ['px.js', 'px-explain.js', 'px-gzip.js', 'px-requests.js'].map(at),
  };
  for (const path of Object.values(assets).flat()) {
    if (!existsSync(path)) throw new Error(`${path} is missing. Run \`npm run build\`.`);
  }
  return assets;
}
