import type { SqlQuestion } from '@px-platform/store';
import { FRUSTRATIONS } from '../event-kinds.js';

/**
 * Events of some minutes, each once, one person behind all their ids as far as it is known by now. `minutes` is a
 * condition on `event_minutes`. Joined by a digest: over three columns the same takes several times as long.
 */
export function minuteSource({ sql: minutes, params }: SqlQuestion): SqlQuestion {
  return {
    sql: `(
  SELECT m.tenant_id, m.project_id, m.minute, m.happened_at, m.event_name, m.page, m.session,
         if(links.to_person = 0, m.person, links.to_person) AS canonical_person
  FROM (
    SELECT *, cityHash64(tenant_id, project_id, person) AS who
    FROM event_minutes FINAL WHERE ${minutes}
  ) AS m
  ANY LEFT JOIN (
    SELECT cityHash64(tenant_id, project_id, from_person) AS who,
           argMin(to_person, (linked_at, event_id)) AS to_person
    FROM person_links
    WHERE (tenant_id, project_id) IN (SELECT DISTINCT tenant_id, project_id FROM event_minutes WHERE ${minutes})
      AND who IN (SELECT cityHash64(tenant_id, project_id, person) FROM event_minutes WHERE ${minutes})
    GROUP BY tenant_id, project_id, from_person
  ) AS links ON links.who = m.who
)`,
    params,
  };
}

/** What events count as, by their names. */
export const IS_ERROR = `event_name = 'error'`;
export const IS_FRUSTRATION = 'event_name IN {frustration_names:Array(String)}';
export const IS_CONVERSION = `replaceRegexpAll(lower(event_name), '[ .-]+', '_') IN {conversion_names:Array(String)}`;

/** The parameters that these take. */
export function kindParams(conversions: readonly string[]): SqlQuestion['params'] {
  return { frustration_names: FRUSTRATIONS, conversion_names: conversions };
}
