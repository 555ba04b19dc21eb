import type { AggregatedMinute } from '@px-platform/protocol';
import type { EventStore, SqlQuestion } from '@px-platform/store';
import {
  IS_CONVERSION,
  IS_ERROR,
  IS_FRUSTRATION,
  kindParams,
  minuteSource,
} from './minute-source.js';
import type { TouchedMinute } from './touched-minutes.js';

interface Row extends Omit<AggregatedMinute, 'schema_version' | 'minute' | 'event' | 'page'> {
  readonly minute_s: number;
  readonly event_name: string;
  readonly page: string;
  readonly all_events: number;
  readonly all_pages: number;
}

/**
 * The totals of all cells of some minutes, as they are stored now. The revision is the store's own clock before it reads,
 * in microseconds: whoever reads after an event was stored has it in a total of a higher revision, whoever else reads
 * meanwhile (docs/adr/0019).
 */
export async function readMinutes(
  eventStore: Pick<EventStore, 'query'>,
  minutes: readonly TouchedMinute[],
  conversions: readonly string[],
): Promise<readonly AggregatedMinute[]> {
  const { sql, params } = minuteSource(oneOf(minutes));
  const rows = await eventStore.query<Row>({
    // In two steps: what an event counts as is asked once a cell, and the sums are made of cells.
    sql: `
      SELECT tenant_id, project_id, toUnixTimestamp(minute) AS minute_s, event_name, page,
             grouping(event_name) AS all_events, grouping(page) AS all_pages,
             sum(events) AS count, uniqExactMerge(who) AS people, uniqExactIfMerge(visits) AS sessions,
             sum(error_events) AS errors, sum(frustration_events) AS frustrations,
             sum(conversion_events) AS conversions,
             toUnixTimestamp64Micro(now64(6)) AS revision
      FROM (
        SELECT tenant_id, project_id, minute, event_name, page, count() AS events,
               uniqExactState(canonical_person) AS who, uniqExactIfState(session, session != 0) AS visits,
               if(${IS_ERROR}, events, 0) AS error_events,
               if(${IS_FRUSTRATION}, events, 0) AS frustration_events,
               if(${IS_CONVERSION}, events, 0) AS conversion_events
        FROM ${sql}
        GROUP BY tenant_id, project_id, minute, event_name, page)
      GROUP BY GROUPING SETS (
        (tenant_id, project_id, minute, event_name, page), (tenant_id, project_id, minute, event_name),
        (tenant_id, project_id, minute, page), (tenant_id, project_id, minute))`,
    params: { ...params, ...kindParams(conversions) },
  });
  return rows.map(({ minute_s, event_name, page, all_events, all_pages, ...totals }) => ({
    schema_version: 1,
    ...totals,
    minute: minute_s * 1_000,
    event: all_events === 1 ? null : event_name,
    page: all_pages === 1 ? null : page,
  }));
}

function oneOf(minutes: readonly TouchedMinute[]): SqlQuestion {
  return {
    sql: `(tenant_id, project_id, minute) IN (
      SELECT touched.1, touched.2, toDateTime(toUInt32(touched.3), 'UTC') FROM (
        SELECT arrayJoin(arrayZip({tenants:Array(String)}, {projects:Array(String)}, {minutes:Array(String)})) AS touched))`,
    params: {
      tenants: minutes.map(({ tenant_id }) => tenant_id),
      projects: minutes.map(({ project_id }) => project_id),
      minutes: minutes.map(({ minute }) => String(minute / 1_000)),
    },
  };
}
