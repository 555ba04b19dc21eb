import { Router } from 'express';
import type { Registry } from 'prom-client';

export interface HealthRoutesDeps {
  /** What must be well for the process to do its work, by the name that `/readyz` tells it by. */
  readonly checks: Readonly<Record<string, () => boolean>>;
  readonly registry: Registry;
}

/**
 * `GET /healthz` (the process lives), `/readyz` (200, or 503 with the names of what it waits for) and `/metrics`
 * (Prometheus). For whoever runs the process: a proxy should not pass them on to strangers.
 */
export function healthRoutes({ checks, registry }: HealthRoutesDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', (_request, response) => {
    const waitingFor = Object.keys(checks).filter((name) => !checks[name]?.());
    const isReady = waitingFor.length === 0;
    response
      .status(isReady ? 200 : 503)
      .json(isReady ? { status: 'ok' } : { status: 'not ready', waiting_for: waitingFor });
  });
  router.get('/metrics', async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
  return router;
}
