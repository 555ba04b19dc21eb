import express, { type Express, type Router } from 'express';
import pino from 'pino';
import { Registry, collectDefaultMetrics } from 'prom-client';
import { createCleanup, type Cleanup } from '../cleanup.js';
import { listen } from '../listen.js';
import { onceStopped } from '../signals.js';
import { createAdapters, type Adapters } from './open-adapters.js';
import type { ServiceConfig } from './config.js';

/** What a service is given to compose itself of. */
export interface ServiceParts {
  readonly config: ServiceConfig;
  readonly adapters: Adapters;
  readonly log: pino.Logger;
  readonly registry: Registry;
  readonly onStop: Cleanup['add'];
}

/** What a service serves, and whether it can do its work now. */
export interface Service {
  /** Its routes. A service without any of its own still answers the three below. */
  readonly router?: Router;
  readonly isReady: () => boolean;
}

/**
 * Runs a service until it is told to stop: readiness turns red, requests under way finish, then what was
 * opened is closed in reverse order. Serves `/healthz`, `/readyz` and `/metrics` beside its own routes.
 */
export async function runService(
  name: string,
  config: ServiceConfig,
  compose: (parts: ServiceParts) => Promise<Service>,
): Promise<void> {
  const log = pino({ level: config.logLevel, name });
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const cleanup = createCleanup();
  const stopped = onceStopped();
  let isStopping = false;
  try {
    const { host, port, drainMs } = config;
    const server = await listen({ host, port, option: 'PX_PORT', drainMs });
    cleanup.add(server.close);
    const adapters = createAdapters(config, { name, log, onStop: cleanup.add });
    const service = await compose({ config, adapters, log, registry, onStop: cleanup.add });
    // First of all when it is undone: what is under way still finds everything open.
    cleanup.add(server.close);
    server.serve(appOf(service, { config, registry, isStopping: () => isStopping }));
    log.info({ host, port: server.port }, 'listening');
    await stopped;
    isStopping = true;
    log.info({}, 'stopping: finishing what is under way');
  } finally {
    await cleanup.run();
  }
  log.info({}, 'stopped');
}

function appOf(
  { router, isReady }: Service,
  {
    config,
    registry,
    isStopping,
  }: {
    readonly config: ServiceConfig;
    readonly registry: Registry;
    readonly isStopping: () => boolean;
  },
): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', config.trustedProxies);
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/readyz', (_request, response) => {
    const isGood = !isStopping() && isReady();
    response.status(isGood ? 200 : 503).json({ status: isGood ? 'ok' : 'not ready' });
  });
  app.get('/metrics', async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
  if (router) app.use(router);
  return app;
}
