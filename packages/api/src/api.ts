import { Router, static as serveStatic, type ErrorRequestHandler } from 'express';
import helmet from 'helmet';
import type { Catalog, EventStore, ServerLog, Streams } from '@px-platform/store';
import { authenticate, SESSION_COOKIE } from './authenticate.js';
import { ApiError } from './errors.js';
import { grantOf, setGrant } from './grant.js';
import { liveRoute } from './live-route.js';
import { localOnly } from './local-only.js';
import { questionsRoute } from './questions-route.js';

/** What the local dashboard is told at its first visit, so that nobody has to sign in to their own laptop. */
export interface LocalSession {
  /** The secret key that the dashboard's cookie will carry. */
  readonly secretKey: string;
  /** What `GET /v1/session` answers: the write key and addresses to paste. */
  readonly welcome: object;
}

/** What the API needs from outside. */
export interface ApiDeps {
  readonly catalog: Pick<Catalog, 'findKey' | 'listProjects'>;
  readonly eventStore: Pick<EventStore, 'query'>;
  readonly streams: Pick<Streams, 'subscribe'>;
  readonly log: ServerLog;
  /** Folder of the built dashboard. @default none is served */
  readonly dashboardDir?: string;
  /** Only for a server on the loopback interface: whoever opens its page is signed in. @default none */
  readonly localSession?: LocalSession;
  /** Epoch milliseconds. @default Date.now */
  readonly clock?: () => number;
}

/** The management and query API, and the dashboard it serves, as a router to mount at `/`. */
export function createApi({
  catalog,
  eventStore,
  streams,
  log,
  dashboardDir,
  localSession,
  clock = Date.now,
}: ApiDeps): Router {
  const router = Router();
  router.use(
    helmet({ strictTransportSecurity: false, contentSecurityPolicy: { directives: CSP } }),
  );
  if (localSession) router.use(localOnly);

  const v1 = Router();
  v1.use(async (request, response, next) => {
    setGrant(response, await authenticate(request, catalog));
    response.setHeader('cache-control', 'no-store');
    next();
  });
  v1.get('/projects', async (_request, response) => {
    const grant = grantOf(response);
    const projects = await catalog.listProjects(grant.tenant_id);
    // A key opens one project; the list will grow with keys that open a tenant.
    response.json({ projects: projects.filter(({ id }) => id === grant.project_id) });
  });
  if (localSession) {
    v1.get('/session', (_request, response) => {
      response.json(localSession.welcome);
    });
  }
  v1.get('/live', liveRoute({ streams }));
  v1.use('/questions', questionsRoute({ eventStore, clock }));
  v1.use((request) => {
    throw new ApiError(
      'not_found',
      `there is no ${request.method} ${request.originalUrl.split('?')[0]} here.`,
    );
  });
  router.use('/v1', v1);

  if (dashboardDir !== undefined) {
    router.use(
      serveStatic(dashboardDir, {
        setHeaders(response, path) {
          if (!path.endsWith('.html') || !localSession) return;
          const cookie = `${SESSION_COOKIE}=${encodeURIComponent(localSession.secretKey)}`;
          response.setHeader('set-cookie', `${cookie}; Path=/v1; HttpOnly; SameSite=Strict`);
          response.setHeader('cache-control', 'no-store');
        },
      }),
    );
  }
  router.use(answerErrors(log));
  return router;
}

const CSP = {
  defaultSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  upgradeInsecureRequests: null,
};

function answerErrors(log: ServerLog): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const known = asApiError(error);
    if (known.code === 'internal') log.error({ err: error, url: request.path }, 'a request failed');
    response.status(known.status).json(known.toAnswer());
  };
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof URIError) {
    return new ApiError('invalid_request', 'the address has a % that encodes nothing.');
  }
  return new ApiError('internal', 'the request failed because of a fault here; the log has it.');
}
