import { Router, type Request } from 'express';
import helmet from 'helmet';
import { v7 as uuidv7 } from 'uuid';
import { Registry } from 'prom-client';
import { PATHS } from '@px-platform/protocol';
import type { Catalog, EventLog, Limiter, SchemaRegistry, ServerLog } from '@px-platform/store';
import { answerErrors } from './answer-errors.js';
import { createAuthenticate } from './authenticate.js';
import { batchRoute } from './batch-route.js';
import { cors } from './cors.js';
import { RequestError } from './errors.js';
import type { FlagDelivery } from './flags/delivery.js';
import { flagRoutes } from './flags/flag-routes.js';
import { healthRoutes } from './health-routes.js';
import { createIpBudget } from './ip-budget.js';
import { createIpGuard } from './ip-guard.js';
import { createJudge } from './judge.js';
import { cacheKeys } from './key-cache.js';
import { createLimit, QUOTAS, type Quotas } from './limit.js';
import { createMetrics } from './metrics.js';
import { cachePlans } from './plan-cache.js';
import { createSchemaCheck } from './schema-check.js';
import { traceRequest } from './trace-request.js';

/** What the collector needs from outside. */
export interface CollectorDeps {
  readonly catalog: Pick<Catalog, 'findKey'>;
  readonly eventLog: Pick<EventLog, 'append' | 'isReady'>;
  readonly log: ServerLog;
  /** Counts what tenants send. @default nobody: nothing is limited */
  readonly limiter?: Limiter;
  /** Events an hour by tier; null: no limit. A tenant's own figure comes before. @default 1,000 · 10,000 · null */
  readonly quotas?: Quotas;
  /**
   * Requests a minute of one address, before its key is known; one that is refused for its key or body counts twenty.
   * Counted in this process. Addresses are told by `request.ip`: set express's `trust proxy`.
   * @default no limit
   */
  readonly ipRequestsPerMinute?: number;
  /** Tracking plans that events are held against. @default none: every event is as planned */
  readonly schemas?: Pick<SchemaRegistry, 'plan' | 'revision'>;
  /** What flags are served with: `openFlagDelivery(…)`. @default none: their routes are not there */
  readonly flags?: FlagDelivery;
  /** Epoch milliseconds. @default Date.now */
  readonly clock?: () => number;
  /** @default a registry of its own */
  readonly registry?: Registry;
  /**
   * Asks SDKs to hold events no longer than this, milliseconds: for a development server, whose user is watching
   * the live page. @default SDKs keep to their own flush interval
   */
  readonly flushWithinMs?: number;
}

/**
 * Answers are data that no browser should show, guess at or frame. Nothing is said of TLS: below a path of a site it
 * would be said for the whole site.
 */
const SECURITY_HEADERS = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
  },
  strictTransportSecurity: false,
});

/**
 * The gateway, as a router to mount at `/` of a collector or below `/px` of a site.
 * Serves `POST /v1/batch`, flags, `/healthz` (the process lives), `/readyz` (it can store) and `/metrics`.
 */
export function createCollector({
  catalog,
  eventLog,
  log,
  limiter,
  quotas = QUOTAS,
  ipRequestsPerMinute,
  schemas,
  flags,
  clock = Date.now,
  registry = new Registry(),
  flushWithinMs,
}: CollectorDeps): Router {
  const metrics = createMetrics(registry, () => eventLog.isReady());
  const guard =
    ipRequestsPerMinute === undefined
      ? null
      : createIpGuard({
          budget: createIpBudget({ perMinute: ipRequestsPerMinute }),
          metrics,
          log,
        });
  const router = Router({ caseSensitive: true, strict: true });
  const onServerKey = (request: Request) => guard?.forgive(request);
  const authenticate = createAuthenticate(cacheKeys(catalog, { clock }));
  const handleBatch = batchRoute({
    authenticate,
    limit: createLimit({ limiter: limiter ?? null, quotas, metrics, log }),
    judge: createJudge({ newEventId: (now) => uuidv7({ msecs: now }) }),
    checkPlan: schemas
      ? createSchemaCheck({
          findPlan: cachePlans(schemas, { clock, log }),
          log,
          countViolation: metrics.countViolation,
        })
      : async (batch) => batch,
    eventLog,
    onServerKey,
    clock,
    metrics,
    log,
    flushWithinMs,
  });

  router.all(PATHS.batch, SECURITY_HEADERS, cors, (request, response, next) => {
    const startedAt = performance.now();
    response.on('close', metrics.beginRequest());
    response.on('finish', () => {
      metrics.countAnswer(response.statusCode);
      metrics.observeAnswer((performance.now() - startedAt) / 1_000);
    });
    traceRequest(request, response, PATHS.batch, next);
  });
  if (guard) router.all(PATHS.batch, guard.check);
  router.all(PATHS.batch, (request, response, next) => {
    if (request.method === 'POST') return handleBatch(request, response, next);
    throw new RequestError(
      'method_not_allowed',
      `${request.method} is not served here. POST a batch.`,
      { headers: { allow: 'POST, OPTIONS' } },
    );
  });
  if (flags) {
    const before = guard ? [SECURITY_HEADERS, guard.check] : [SECURITY_HEADERS];
    router.use(flagRoutes({ delivery: flags, authenticate, onServerKey, before }));
  }
  router.use(healthRoutes({ checks: { event_log: () => eventLog.isReady() }, registry }));
  router.use(answerErrors(log));
  return router;
}
