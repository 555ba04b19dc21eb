import { json, type Request, type RequestHandler } from 'express';
import {
  breakingChanges,
  LIMITS,
  PLAN_LIMITS,
  PLAN_MODES,
  schemaFaults,
  UNPLANNED_POLICIES,
  type JsonObject,
  type PlanFault,
  type PlanMode,
  type PlannedEvent,
} from '@px-platform/protocol';
import type { PlanScope, SchemaRegistry } from '@px-platform/store';
import { ApiError, invalid, noSuchProject } from './errors.js';
import { grantOf, requireRole, scopeOf } from './grant.js';
import { bodyOf } from './json-body.js';

/** A handler for each route of a project's tracking plan, to be listed by the one router. */
export interface SchemaRoutes {
  readonly readBody: RequestHandler;
  readonly getPlan: RequestHandler;
  readonly putPlan: RequestHandler;
  readonly getEvent: RequestHandler;
  readonly putEvent: RequestHandler;
  readonly deleteEvent: RequestHandler;
}

export function schemaRoutes({ schemas }: { readonly schemas: SchemaRegistry }): SchemaRoutes {
  const current = async (scope: PlanScope, event: string): Promise<PlannedEvent | null> =>
    (await schemas.plan(scope)).events.find((each) => each.event === event) ?? null;

  return {
    readBody: json({ limit: PLAN_LIMITS.schemaLength * 4 }),
    async getPlan(request, response) {
      response.json(await schemas.plan(scopeOf(request, response)));
    },
    async putPlan(request, response) {
      const policy = UNPLANNED_POLICIES.find((each) => each === bodyOf(request)['unplanned']);
      if (!policy) throw invalid(`"unplanned" is one of ${UNPLANNED_POLICIES.join(', ')}`);
      const scope = scopeOf(request, response);
      if (!(await schemas.setUnplanned(scope, policy))) throw noSuchProject();
      response.json(await schemas.plan(scope));
    },
    async getEvent(request, response) {
      const scope = scopeOf(request, response);
      const planned = await current(scope, eventOf(request));
      if (!planned) throw notPlanned();
      response.json({ ...planned, versions: await schemas.versions(scope, planned.event) });
    },
    async putEvent(request, response) {
      const scope = scopeOf(request, response);
      const event = eventOf(request);
      const { schema, mode, basedOn, force } = readPut(request);
      if (force) requireRole(grantOf(response), 'admin');
      const before = await current(scope, event);
      const base = basedOn ?? before?.version ?? 0;
      if (base !== (before?.version ?? 0)) throw stale(before?.version ?? 0);
      const breaks = before && !force ? breakingChanges(before.schema, schema) : [];
      if (breaks.length > 0) throw incompatible(breaks);
      const put = { event, schema, mode: mode ?? before?.mode ?? 'warn', basedOn: base };
      const done = await schemas.putEvent(scope, put);
      if (done.outcome === 'no_project') throw noSuchProject();
      if (done.outcome === 'full') throw invalid(`a plan has ${PLAN_LIMITS.events} events at most`);
      if (done.outcome === 'stale') throw stale(done.version);
      response.json({ event, version: done.version, mode: put.mode, schema });
    },
    async deleteEvent(request, response) {
      const scope = scopeOf(request, response);
      if (!(await schemas.removeEvent(scope, eventOf(request)))) throw notPlanned();
      response.status(204).end();
    },
  };
}

function readPut(request: Request) {
  const { schema, mode, based_on: basedOn, force } = bodyOf(request);
  const [fault] = schemaFaults(schema);
  if (fault) throw new ApiError('invalid_schema', `the schema cannot be used: ${said(fault)}.`);
  if (mode !== undefined && !PLAN_MODES.some((each) => each === mode)) {
    throw invalid(`"mode" is one of ${PLAN_MODES.join(', ')}`);
  }
  if (basedOn !== undefined && !Number.isSafeInteger(basedOn))
    throw invalid('"based_on" is the number of a version');
  if (force !== undefined && typeof force !== 'boolean') throw invalid('"force" is true or false');
  return {
    schema: schema as JsonObject,
    mode: mode as PlanMode | undefined,
    basedOn: basedOn as number | undefined,
    force: force === true,
  };
}

function eventOf({ params }: Request): string {
  const event = params['event'];
  if (typeof event !== 'string' || event.length > LIMITS.nameLength) {
    throw invalid(`an event's name has ${LIMITS.nameLength} characters at most`);
  }
  return event;
}

function said({ path, message }: PlanFault): string {
  return `${path || 'it'} ${message}`;
}

const notPlanned = () => new ApiError('not_found', 'the plan has no such event.');
const stale = (version: number) =>
  new ApiError(
    'stale_version',
    `the schema was changed since: version ${version} counts now. Look at it, and send again.`,
  );

function incompatible(faults: readonly PlanFault[]): ApiError {
  const list = faults.slice(0, 10).map(said).join('; ');
  return new ApiError(
    'incompatible_schema',
    `events that were right would be so no more: ${list}. An admin may send it with "force": true.`,
    { details: { faults } },
  );
}
