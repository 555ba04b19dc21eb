import type { SqlQuestion } from '@px-platform/store';
import { FRUSTRATIONS } from '../event-kinds.js';

/**
 * Events of some minutes, each once, one person behind all their ids as far as it is known by now, and what each event
 * counts as. `minutes` is a condition on `event_minutes`.
 */
export function minuteSource(minutes: SqlQuestion, conversions: readonly string[]): SqlQuestion {
  return {
    sql: `(
  SELECT m.tenant_id, m.project_id, m.minute, m.happened_at, m.event_name, m.page, m.session,
         if(links.to_person = 0, m.person, links.to_person) AS canonical_person,
         m.event_name = 'error' AS is_error,
         has({frustration_names:Array(String)}, m.event_name) AS is_frustration,
         has({conversion_names:Array(String)}, replaceRegexpAll(lower(m.event_name), '[ .-]+', '_')) AS is_conversion
  FROM (SELECT * FROM event_minutes FINAL WHERE ${minutes.sql}) AS m
  LEFT JOIN (
    SELECT tenant_id, project_id, from_person, argMin(to_person, (linked_at, event_id)) AS to_person
    FROM person_links
    WHERE (tenant_id, project_id, from_person) IN
      (SELECT tenant_id, project_id, person FROM event_minutes WHERE ${minutes.sql})
    GROUP BY tenant_id, project_id, from_person
  ) AS links
    ON links.tenant_id = m.tenant_id AND links.project_id = m.project_id AND links.from_person = m.person
)`,
    params: {
      ...minutes.params,
      frustration_names: FRUSTRATIONS,
      conversion_names: conversions,
    },
  };
}
