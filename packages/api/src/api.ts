import { Router, static as serveStatic, type ErrorRequestHandler } from 'express';
import helmet from 'helmet';
import type {
  Catalog,
  EventStore,
  FlagCatalog,
  PeopleTables,
  PrivacyStore,
  ProfileStore,
  SchemaRegistry,
  SegmentMembers,
  ServerLog,
  Streams,
} from '@px-platform/store';
import { createAuthorize, SESSION_COOKIE } from './authorize.js';
import { deadRoutes, type Replays } from './dead-route.js';
import { ApiError } from './errors.js';
import { flagRoutes } from './flags/flag-routes.js';
import { checkProject, grantOf, requireRole, setGrant } from './grant.js';
import { liveRoute } from './live-route.js';
import { localOnly } from './local-only.js';
import { privacyRoutes, type PrivacyRouteDeps } from './privacy-route.js';
import { personRoutes } from './person-routes.js';
import { retentionRoutes, type RetentionRouteDeps } from './retention-route.js';
import { askQuestion, listQuestions } from './questions-route.js';
import { schemaRoutes } from './schemas-route.js';
import { createVerifyToken, type TokenOptions } from './token.js';

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
  readonly eventStore: Pick<EventStore, 'query' | 'samePerson'>;
  readonly streams: Pick<Streams, 'subscribe'>;
  /** Tracking plans, to read and write. @default none: their routes are not there */
  readonly schemas?: SchemaRegistry;
  /** Flags, experiments, segments and groups, to read and write. @default none: their routes are not there */
  readonly flags?: FlagCatalog;
  /** What is known of segments' members. @default nothing: they are not told of */
  readonly segments?: Pick<SegmentMembers, 'state' | 'sample'>;
  /** Where dead letters are sent again. @default nowhere: they can be read only */
  readonly replays?: Replays;
  /** What projects say about personal data, to read and write. @default none: its routes are not there */
  readonly privacy?: PrivacyRouteDeps['privacy'];
  /** How long projects keep what they were told, to read and write. @default none: its routes are not there */
  readonly retention?: RetentionRouteDeps['retention'];
  /** What is kept of people, to give out and to take away. @default none: their routes are not there */
  readonly people?: {
    readonly requests: PrivacyStore;
    readonly tables: PeopleTables;
    readonly profiles: Pick<ProfileStore, 'find'>;
  };
  readonly log: ServerLog;
  /** Folder of the built dashboard. @default none is served */
  readonly dashboardDir?: string;
  /** Only for a server on the loopback interface: whoever opens its page is signed in. @default none */
  readonly localSession?: LocalSession;
  /** JSON Web Tokens of people and services, beside secret keys. @default none are taken */
  readonly tokens?: TokenOptions;
  /** Epoch milliseconds. @default Date.now */
  readonly clock?: () => number;
}

/** The management and query API, and the dashboard it serves, as a router to mount at `/`. */
export function createApi({
  catalog,
  eventStore,
  streams,
  schemas,
  flags,
  segments,
  replays,
  privacy,
  retention,
  people,
  log,
  dashboardDir,
  localSession,
  tokens,
  clock = Date.now,
}: ApiDeps): Router {
  const authorize = createAuthorize({
    catalog,
    verifyToken: tokens ? createVerifyToken(tokens) : null,
    clock,
  });
  const router = Router();
  router.use(
    helmet({ strictTransportSecurity: false, contentSecurityPolicy: { directives: CSP } }),
  );
  if (localSession) router.use(localOnly);

  // What is written into contracts and data protection papers as `/api/privacy/…` is found there too.
  router.use((request, _response, next) => {
    if (request.url.startsWith('/api/privacy/')) request.url = `/v1${request.url.slice(4)}`;
    next();
  });
  // Every route stands in this one router by its whole path: a test lists them and attacks each.
  router.use('/v1', async (request, response, next) => {
    const grant = await authorize(request);
    if (!READING.has(request.method)) requireRole(grant, 'editor');
    checkProject(request.query.project, grant);
    setGrant(response, grant);
    response.setHeader('cache-control', 'no-store');
    next();
  });
  router.use('/v1/projects/:project', (request, response, next) => {
    checkProject(request.params.project, grantOf(response));
    next();
  });
  router.get('/v1/projects', async (_request, response) => {
    const { tenant_id, project_ids } = grantOf(response);
    const projects = await catalog.listProjects(tenant_id);
    response.json({ projects: projects.filter(({ id }) => project_ids.includes(id)) });
  });
  if (localSession) {
    router.get('/v1/session', (_request, response) => {
      response.json(localSession.welcome);
    });
  }
  router.get('/v1/live', liveRoute({ streams }));
  router.get('/v1/questions', listQuestions);
  router.get('/v1/questions/:name', askQuestion({ eventStore, clock }));
  const dead = deadRoutes({ eventStore, replays: replays ?? null, clock });
  router.get('/v1/dead', dead.list);
  router.post('/v1/dead/replay', dead.replayMany);
  router.get('/v1/dead/:id', dead.show);
  router.post('/v1/dead/:id/replay', dead.replayOne);
  if (schemas) {
    const routes = schemaRoutes({ schemas });
    const plan = '/v1/projects/:project/schemas';
    router.get(plan, routes.getPlan);
    router.put(plan, routes.readBody, routes.putPlan);
    router.get(`${plan}/:event`, routes.getEvent);
    router.put(`${plan}/:event`, routes.readBody, routes.putEvent);
    router.delete(`${plan}/:event`, routes.deleteEvent);
  }
  if (flags) {
    for (const { method, path, handlers } of flagRoutes({
      flags,
      clock,
      ...(segments && { segments }),
    }))
      router[method](path, ...handlers);
  }
  if (privacy) {
    const routes = privacyRoutes({ privacy });
    router.get('/v1/privacy/rules', routes.getRules);
    router.put('/v1/privacy/rules', routes.readBody, routes.putRules);
    router.post('/v1/privacy/token', routes.readBody, routes.postToken);
  }
  if (retention) {
    const routes = retentionRoutes({ retention });
    router.get('/v1/privacy/retention', routes.getRetention);
    router.put('/v1/privacy/retention', routes.readBody, routes.putRetention);
  }
  if (people) {
    const { requests, profiles, tables } = people;
    const routes = personRoutes({
      requests,
      eventStore: tables,
      profiles,
      catalog: privacy,
      log,
      clock,
    });
    router.get('/v1/privacy/export', routes.exportPerson);
    router.delete('/v1/privacy/person', routes.erasePerson);
    router.get('/v1/privacy/requests', routes.listRequests);
    router.get('/v1/privacy/requests/:id', routes.getRequest);
  }
  router.use('/v1', (request) => {
    throw new ApiError(
      'not_found',
      `there is no ${request.method} ${request.originalUrl.split('?')[0]} here.`,
    );
  });

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

const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

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
    if (known.code === 'unavailable') {
      log.warn({ err: known, url: request.path }, 'a request was put off');
      response.setHeader('retry-after', '1');
    }
    response.status(known.status).json(known.toAnswer());
  };
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof URIError) {
    return new ApiError('invalid_request', 'the address has a % that encodes nothing.');
  }
  // What express's reader of bodies says: too large, or no JSON.
  const status = error instanceof Error && 'status' in error ? error.status : 500;
  if (status === 413) return new ApiError('body_too_large', 'the body is too large.');
  if (status === 400) return new ApiError('invalid_request', 'the body is no JSON.');
  return new ApiError('internal', 'the request failed because of a fault here; the log has it.');
}
