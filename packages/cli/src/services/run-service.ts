import { setTimeout as sleep } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import express, { type Express, type Router } from 'express';
import pino from 'pino';
import { Registry, collectDefaultMetrics } from 'prom-client';
import { healthRoutes } from '@px-platform/collector';
import { createCleanup, type Cleanup } from '../cleanup.js';
import { listen } from '../listen.js';
import { requestLog } from '../request-log.js';
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

/** What a service serves, and what must be well for it to do its work. */
export interface Service {
  /** Its routes. A service without any of its own still tells of its health. */
  readonly router?: Router;
  readonly checks?: Readonly<Record<string, () => boolean>>;
  /** Ends what stays open by itself, such as streams, so that requests under way can come to an end. */
  readonly close?: () => Promise<void>;
}

/** How long stores may take to close once requests have ended, or been cut. What they hold then comes again elsewhere. */
const CLOSE_MS = 5_000;

/**
 * Runs a service until it is told to stop: readiness turns red, requests under way finish, then what was
 * opened is closed in reverse order, and the process ends: with 1 where closing hangs. Serves `/healthz`, `/readyz` and
 * `/metrics` beside its own routes.
 */
export async function runService(
  name: string,
  config: ServiceConfig,
  compose: (parts: ServiceParts) => Promise<Service>,
): Promise<void> {
  const log = pino({ level: config.logLevel, name, mixin: traceIds });
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const cleanup = createCleanup();
  const stopped = onceStopped();
  const { host, port, drainMs } = config;
  let isStopping = false;
  try {
    const server = await listen({ host, port, option: 'PX_PORT', drainMs });
    cleanup.add(server.close);
    const adapters = createAdapters(config, { name, log, onStop: cleanup.add });
    const composing = compose({ config, adapters, log, registry, onStop: cleanup.add });
    // Whoever waits for a store that is away may be told to stop meanwhile.
    const service = await Promise.race([composing, stopped]);
    if (service) {
      // First of all when it is undone: what is under way still finds everything open.
      cleanup.add(server.close);
      if (service.close) cleanup.add(service.close);
      server.serve(appOf(service, { config, log, registry, isStopping: () => isStopping }));
      log.info({ host, port: server.port }, 'listening');
      await stopped;
    }
    isStopping = true;
    if (service && config.stopWaitMs > 0) {
      log.info(
        { stopWaitMs: config.stopWaitMs },
        'not ready any more; waiting for balancers to know',
      );
      await sleep(config.stopWaitMs);
    }
    log.info({}, 'stopping: finishing what is under way');
  } finally {
    const closed = cleanup.run().then(() => true);
    const isClosed = await Promise.race([closed, sleep(drainMs + CLOSE_MS, false, { ref: false })]);
    if (!isClosed) {
      log.error(
        { afterMs: drainMs + CLOSE_MS },
        'not everything could be closed; leaving all the same',
      );
      process.exit(1);
    }
  }
  log.info({}, 'stopped');
  // Nothing is under way any more, whatever a client library may still be waiting for.
  process.exit();
}

/** So that a line leads to its trace, where the process has an OpenTelemetry SDK. */
function traceIds(): object {
  const span = trace.getActiveSpan()?.spanContext();
  return span ? { trace_id: span.traceId, span_id: span.spanId } : {};
}

function appOf(
  { router, checks }: Service,
  {
    config,
    log,
    registry,
    isStopping,
  }: {
    readonly config: ServiceConfig;
    readonly log: pino.Logger;
    readonly registry: Registry;
    readonly isStopping: () => boolean;
  },
): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', config.trustedProxies);
  // Before the requests are logged: probes come every few seconds.
  app.use(healthRoutes({ checks: { ...checks, being_up: () => !isStopping() }, registry }));
  app.use(requestLog(log));
  if (router) app.use(router);
  return app;
}
