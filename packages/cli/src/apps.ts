import path from 'node:path';
import express, { type Express, type Router } from 'express';
import type { Assets } from './assets.js';
import type { DevProject } from './dev-project.js';

/** The platform's own address: collector, API, live page, and the script for a page's `<script src>`. */
export function platformApp({
  collector,
  api,
  assets,
}: {
  readonly collector: Router;
  readonly api: Router;
  readonly assets: Pick<Assets, 'browserScripts'>;
}): Express {
  const app = bareApp();
  for (const script of assets.browserScripts) {
    app.get(`/${path.basename(script)}`, (_request, response) => {
      response.setHeader('access-control-allow-origin', '*');
      response.setHeader('cross-origin-resource-policy', 'cross-origin');
      response.sendFile(script);
    });
  }
  app.use(collector);
  app.use(api);
  return app;
}

/** The shop on an address of its own, with the collector below `/px` as a site's proxy would put it. */
export function shopApp({
  collector,
  assets,
  project,
  liveUrl,
}: {
  readonly collector: Router;
  readonly assets: Pick<Assets, 'shopDir'>;
  readonly project: DevProject;
  readonly liveUrl: string;
}): Express {
  const app = bareApp();
  const config = { apiKey: project.write_key, projectId: project.id, liveUrl };
  app.use('/px', collector);
  app.get('/px-config.js', (_request, response) => {
    response.setHeader('cache-control', 'no-store');
    response.type('js').send(`window.PX_CONFIG = ${JSON.stringify(config)};\n`);
  });
  app.use(express.static(assets.shopDir));
  app.get('/{*path}', (_request, response) => {
    response.sendFile('index.html', { root: assets.shopDir });
  });
  return app;
}

function bareApp(): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  return app;
}
