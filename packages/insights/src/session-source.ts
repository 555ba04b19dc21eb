import { PERSON_LINKS } from './event-source.js';

/**
 * Where questions about sessions read from: each session that began within the range, once, and each person once
 * (`canonical_person`). A session's parts are found by when they were, then put together whole; takes the
 * parameters of `sourceParams`.
 */
export const SESSION_SOURCE = `(
  SELECT sessions.*, if(links.to_person = 0, sessions.person, links.to_person) AS canonical_person
  FROM sessions
  LEFT JOIN ${PERSON_LINKS} AS links ON links.from_person = sessions.person
  WHERE tenant_id = {scope_tenant:String} AND project_id = {scope_project:String}
    AND (origin = 'derived' OR (session_day, session_id) IN (
      SELECT session_day, session_id FROM client_sessions
      WHERE tenant_id = {scope_tenant:String} AND project_id = {scope_project:String}
        AND started_at < fromUnixTimestamp64Milli({range_until:Int64})
        AND ended_at >= fromUnixTimestamp64Milli({range_since:Int64})
    ))
    AND started_at >= fromUnixTimestamp64Milli({range_since:Int64})
    AND started_at < fromUnixTimestamp64Milli({range_until:Int64})
)`;
