import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createFlags, toScript } from '@px-platform/sdk-node';
import react from '@vitejs/plugin-react';
import { defineConfig, type Connect, type Plugin } from 'vite';

/** What `px dev` at the root of the repository has written down; elsewhere the environment says it. */
const DEV_PROJECT = fileURLToPath(new URL('../../.px/dev.json', import.meta.url));
const { PX_API_KEY, PX_PROJECT_ID = 'shop', PX_ENDPOINT = 'http://localhost:4400' } = process.env;

async function readKey(): Promise<string | undefined> {
  if (PX_API_KEY) return PX_API_KEY;
  try {
    const project = JSON.parse(await readFile(DEV_PROJECT, 'utf8')) as { write_key?: string };
    return project.write_key;
  } catch {
    return undefined;
  }
}

/**
 * Answers `/px-config.js`: which project, and the flags that are published now, so that the first paint has them. Any server
 * of yours does it the same way.
 */
function pxConfig(): Plugin {
  let flags: ReturnType<typeof createFlags> | undefined;
  const answer: Connect.NextHandleFunction = (_request, response) => {
    void (async () => {
      const apiKey = await readKey();
      let script = '// No project: start `px dev`, or set PX_API_KEY.';
      if (apiKey) {
        flags ??= createFlags({ apiKey, endpoint: PX_ENDPOINT });
        await flags.ready();
        const config = JSON.stringify({ apiKey, projectId: PX_PROJECT_ID });
        script = `window.PX_CONFIG = ${config};\nwindow.PX_FLAGS = ${toScript(flags.document())};`;
      }
      response.setHeader('content-type', 'text/javascript');
      response.setHeader('cache-control', 'no-store');
      response.end(script);
    })();
  };
  const serve = ({ middlewares }: { readonly middlewares: Connect.Server }) =>
    void middlewares.use('/px-config.js', answer);
  return { name: 'px-config', configureServer: serve, configurePreviewServer: serve };
}

/** The collector on the page's own origin, as a reverse proxy would put it. */
const proxy = {
  '/px/': { target: PX_ENDPOINT, rewrite: (path: string) => path.replace(/^\/px/, '') },
};

export default defineConfig({
  plugins: [react(), pxConfig()],
  server: { proxy },
  preview: { proxy },
  build: { target: 'es2022' },
});
