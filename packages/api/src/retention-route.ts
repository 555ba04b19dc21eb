import type { RequestHandler } from 'express';
import type { Retention, RetentionStore } from '@px-platform/store';
import { invalid, noSuchProject } from './errors.js';
import { grantOf, requireRole, scopeOf } from './grant.js';
import { bodyOf, readBody, refuseOthers, shown } from './json-body.js';

export interface RetentionRouteDeps {
  readonly retention: Pick<RetentionStore, 'find' | 'set'>;
}

/** A handler for each route about how long things are kept, to be listed by the one router. */
export interface RetentionRoutes {
  readonly readBody: RequestHandler;
  readonly getRetention: RequestHandler;
  readonly putRetention: RequestHandler;
}

/** A century: whoever means longer means for ever. */
const MOST_DAYS = 36_500;

export function retentionRoutes({ retention }: RetentionRouteDeps): RetentionRoutes {
  return {
    readBody: readBody(),
    async getRetention(request, response) {
      response.json(toAnswer(await retention.find(scopeOf(request, response))));
    },
    async putRetention(request, response) {
      // What is older goes within the hour, and nothing brings it back.
      requireRole(grantOf(response), 'admin');
      const { tenant_id, project_id } = scopeOf(request, response);
      const days = readDays(bodyOf(request));
      if (!(await retention.set({ tenant_id, project_id }, days))) {
        throw noSuchProject();
      }
      response.json(toAnswer(await retention.find({ tenant_id, project_id })));
    },
  };
}

function readDays({ events_days: days, ...others }: Readonly<Record<string, unknown>>) {
  refuseOthers(others, ['events_days']);
  if (days === null) return null;
  if (typeof days === 'number' && Number.isInteger(days) && days >= 1 && days <= MOST_DAYS)
    return days;
  throw invalid(
    `"events_days" is how many days events are kept, 1 to ${MOST_DAYS}, such as 395, or null for ever; received ${shown(days)}`,
  );
}

function toAnswer({ events_days, swept_at, deleted }: Retention): object {
  return {
    events_days,
    swept_at: swept_at === null ? null : new Date(swept_at).toISOString(),
    deleted: deleted ?? {},
  };
}
