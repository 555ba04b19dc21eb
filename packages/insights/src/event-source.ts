import type { SqlQuestion } from '@px-platform/store';
import type { Scope } from './analysis.js';
import type { TimeRange } from './time-range.js';

/** Who each anonymous person turned out to be: by the earliest link (ADR 0003). */
export const PERSON_LINKS = `(
    SELECT from_person, argMin(to_person, (linked_at, event_id)) AS to_person
    FROM person_links
    WHERE tenant_id = {scope_tenant:String} AND project_id = {scope_project:String}
    GROUP BY from_person
  )`;

/**
 * Where questions about events read from: each event once (`FINAL` folds redeliveries, ADR 0002) and each person
 * once (`canonical_person`).
 * The scope is part of the source, so no question can forget it.
 */
export const EVENT_SOURCE = `(
  SELECT events.*, if(links.to_person = 0, events.person, links.to_person) AS canonical_person
  FROM events FINAL
  LEFT JOIN ${PERSON_LINKS} AS links ON links.from_person = events.person
  WHERE tenant_id = {scope_tenant:String} AND project_id = {scope_project:String}
    AND timestamp >= fromUnixTimestamp64Milli({range_since:Int64})
    AND timestamp < fromUnixTimestamp64Milli({range_until:Int64})
)`;

/** The parameters that {@link EVENT_SOURCE} takes. */
export function sourceParams(scope: Scope, { since, until }: TimeRange): SqlQuestion['params'] {
  return {
    scope_tenant: scope.tenant_id,
    scope_project: scope.project_id,
    range_since: since,
    range_until: until,
  };
}
