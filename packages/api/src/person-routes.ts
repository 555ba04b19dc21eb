import type { Request, RequestHandler, Response } from 'express';
import {
  resolvePerson,
  type Catalog,
  type PeopleTables,
  type PrivacyRequest,
  type PrivacyStore,
  type PrivacySubject,
  type ProfileStore,
  type ServerLog,
} from '@px-platform/store';
import { ApiError } from './errors.js';
import { grantOf, requireRole, scopeOf } from './grant.js';
import { writePersonArchive } from './person-archive.js';

export interface PersonRoutesDeps {
  readonly requests: Pick<PrivacyStore, 'ask' | 'find' | 'list' | 'finish' | 'putOff'>;
  readonly eventStore: Pick<PeopleTables, 'samePerson' | 'idsOf' | 'rowsOf'>;
  readonly profiles: Pick<ProfileStore, 'find'>;
  /** Where the secret is that ids were hashed with. @default none: ids stand everywhere as they were sent */
  readonly catalog?: Pick<Catalog, 'privacyPolicy'> | undefined;
  readonly log: ServerLog;
  readonly clock: () => number;
}

/** A handler for each route about what is kept of a person, to be listed by the one router. */
export interface PersonRoutes {
  readonly exportPerson: RequestHandler;
  readonly erasePerson: RequestHandler;
  readonly listRequests: RequestHandler;
  readonly getRequest: RequestHandler<{ readonly id: string }>;
}

const ID_LENGTH = 1_000;

export function personRoutes({
  requests,
  eventStore,
  profiles,
  catalog,
  log,
  clock,
}: PersonRoutesDeps): PersonRoutes {
  return {
    async exportPerson(request, response) {
      const { person, asked } = await ask(request, response, 'export');
      const name = `px-${person.project_id}-${new Date(clock()).toISOString().slice(0, 10)}.zip`;
      response.setHeader('content-type', 'application/zip');
      response.setHeader(
        'content-disposition',
        `attachment; filename="${name.replace(/[^\w.-]/g, '_')}"`,
      );
      response.setHeader('x-px-request', asked.id);
      try {
        const report = await writePersonArchive(response, person, { eventStore, profiles, clock });
        await requests.finish(asked.id, { user_ids: person.user_ids, report });
      } catch (error) {
        // The answer has begun: that it is cut off is all that can be said there.
        log.error({ err: error, request: asked.id }, 'an export was cut off');
        response.destroy();
        await requests.putOff(asked.id, { error: (error as Error).message, waitMs: 0 });
      }
    },
    async erasePerson(request, response) {
      const { asked } = await ask(request, response, 'erasure');
      response
        .status(202)
        .setHeader(
          'location',
          `/v1/privacy/requests/${asked.id}?project=${encodeURIComponent(asked.project_id)}`,
        )
        .json(toAnswer(asked));
    },
    async listRequests(request, response) {
      requireRole(grantOf(response), 'admin');
      const found = await requests.list(scopeOf(request, response));
      response.json({ requests: found.map(toAnswer) });
    },
    async getRequest(request, response) {
      requireRole(grantOf(response), 'admin');
      const found = await requests.find(scopeOf(request, response), request.params.id);
      if (!found) {
        throw new ApiError(
          'not_found',
          'there is no such request. GET /v1/privacy/requests lists them.',
        );
      }
      response.json(toAnswer(found));
    },
  };

  async function ask(request: Request, response: Response, kind: PrivacyRequest['kind']) {
    const grant = grantOf(response);
    requireRole(grant, 'admin');
    const { tenant_id, project_id } = scopeOf(request, response);
    const subject = readSubject(request);
    const scope = { tenant_id, project_id };
    const person = await resolvePerson({ eventStore, catalog }, scope, subject);
    const asked = await requests.ask({
      ...scope,
      kind,
      subject,
      user_ids: person.user_ids,
      requested_by: grant.by,
    });
    return { person, asked };
  }
}

function readSubject(request: Request): PrivacySubject {
  const ids = Object.fromEntries(
    (['user_id', 'anonymous_id'] as const).flatMap((name) => {
      const value = request.query[name];
      if (value === undefined) return [];
      if (typeof value === 'string' && value !== '' && value.length <= ID_LENGTH)
        return [[name, value]];
      throw new ApiError(
        'invalid_request',
        `${name} is given once, with 1 to ${ID_LENGTH} characters, as it was sent with events.`,
      );
    }),
  );
  if (Object.keys(ids).length > 0) return ids;
  throw new ApiError(
    'invalid_request',
    'say whom this is about: ?user_id=… or ?anonymous_id=…, as it was sent with events.',
  );
}

function toAnswer({ tenant_id: _, last_error, ...request }: PrivacyRequest): object {
  const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());
  return {
    ...request,
    status:
      request.finished_at !== null ? 'finished' : request.attempts > 0 ? 'running' : 'waiting',
    requested_at: iso(request.requested_at),
    due_at: iso(request.due_at),
    finished_at: iso(request.finished_at),
    // What went wrong is for the log: its words may name tables and hosts.
    ...(last_error !== null && { delayed: true }),
  };
}
