import type { ClickHouseClient } from '@clickhouse/client';
import { CONTROL_PREFIX } from '@px-platform/protocol';
import { insertError } from './clickhouse-error.js';
import type { InsertRows, QueryRows } from './clickhouse-tables.js';
import { HOUR_SETTLES_MS, type HourTables, type ProjectHour } from './hours.js';
import type { EventRow } from './port.js';
import { gather } from '../gather.js';

/** How the tables of hours are reached: the event store's own insert and query. */
export interface HourTablesDeps {
  readonly insert: InsertRows;
  readonly query: QueryRows;
  readonly writer: Pick<ClickHouseClient, 'command'>;
  readonly clock: () => number;
}

export interface ClickHouseHours extends HourTables {
  /** To be awaited before rows are inserted: says of their hours that they are no longer as they were counted. */
  markHoursOf(
    rows: readonly Pick<EventRow, 'tenant_id' | 'project_id' | 'timestamp' | 'event_name'>[],
  ): Promise<void>;
  /** The same, of hours that something was taken from. */
  markHours(hours: readonly ProjectHour[]): Promise<void>;
}

interface HourMark extends ProjectHour {
  readonly touched_at: number;
  readonly counted_at: number;
}

const HOUR_S = 3_600;
const DAY_S = 86_400;
/** Of what the engine's `DateTime` holds: a mark must never be what an insert is refused for. */
const LAST_SECOND = 4_294_967_295;
/** A mark says all there is to say for so long: hours under way are marked once a minute, not once an insert. */
const MARK_LASTS_MS = 60_000;
/** Hours of which it is remembered that they are marked. */
const MARKS_KNOWN = 100_000;

const HOURS = `(tenant_id, project_id, hour) IN (
  SELECT picked.1, picked.2, toDateTime(toUInt32(picked.3), 'UTC') FROM (
    SELECT arrayJoin(arrayZip({tenants:Array(String)}, {projects:Array(String)}, {hours:Array(String)})) AS picked))`;

/**
 * Counted from the day's steps; an event that is there no longer is counted too, as none. `tenants` and `projects` by themselves
 * let the engine find their rows by the table's key.
 */
const COUNT = `INSERT INTO event_hours (tenant_id, project_id, event_name, hour, events, people, revision)
  SELECT tenant_id, project_id, event_name, hour, sum(found), groupBitmapMergeState(whose), {revision:UInt64}
  FROM (
    SELECT tenant_id, project_id, event_name, hour, count() AS found, groupBitmapState(person) AS whose
    FROM (
      SELECT tenant_id, project_id, event_name, person, toStartOfHour(toDateTime(timestamp, 'UTC')) AS hour
      FROM steps FINAL
      WHERE tenant_id IN {tenants:Array(String)} AND project_id IN {projects:Array(String)}
        AND timestamp >= toDateTime64({since:UInt32}, 3, 'UTC') AND timestamp < toDateTime64({until:UInt32}, 3, 'UTC'))
    WHERE ${HOURS}
    GROUP BY tenant_id, project_id, event_name, hour
    UNION ALL
    SELECT tenant_id, project_id, event_name, hour, 0, bitmapBuild([]::Array(UInt32))
    FROM event_hours WHERE ${HOURS})
  GROUP BY tenant_id, project_id, event_name, hour`;

export function clickHouseHours({ insert, query, writer, clock }: HourTablesDeps): ClickHouseHours {
  const markedAt = new Map<string, number>();
  /** All that was marked before is counted: older marks are not looked at again. */
  let countedUntil = 0;

  const writeMarks = (marks: readonly HourMark[]) =>
    insert<HourMark>(
      'hour_marks',
      ['tenant_id', 'project_id', 'hour', 'touched_at', 'counted_at'],
      marks,
    );
  const markHours = async (hours: readonly ProjectHour[]) => {
    const touched_at = clock();
    await writeMarks(hours.map((hour) => ({ ...hour, touched_at, counted_at: 0 })));
  };

  async function countDay(hours: readonly ProjectHour[], day: number): Promise<void> {
    const counted_at = clock();
    const params = {
      tenants: hours.map(({ tenant_id }) => tenant_id),
      projects: hours.map(({ project_id }) => project_id),
      hours: hours.map(({ hour }) => String(hour)),
      since: day,
      until: day + DAY_S,
      revision: counted_at,
    };
    try {
      await writer.command({
        query: COUNT,
        query_params: params,
        clickhouse_settings: { do_not_merge_across_partitions_select_final: 1 },
      });
    } catch (cause) {
      throw insertError('event_hours', cause);
    }
    await writeMarks(hours.map((hour) => ({ ...hour, touched_at: 0, counted_at })));
  }

  return {
    markHours,
    async markHoursOf(rows) {
      const now = clock();
      const fresh = new Map<string, ProjectHour>();
      for (const { tenant_id, project_id, timestamp, event_name } of rows) {
        if (event_name.startsWith(CONTROL_PREFIX)) continue;
        const second = Math.min(Math.max(0, Math.floor(timestamp / 1_000)), LAST_SECOND);
        const hour = second - (second % HOUR_S);
        const key = `${tenant_id}\n${project_id}\n${hour}`;
        if (now - (markedAt.get(key) ?? -Infinity) < MARK_LASTS_MS) continue;
        fresh.set(key, { tenant_id, project_id, hour });
      }
      if (fresh.size === 0) return;
      await markHours([...fresh.values()]);
      // Forgetting costs another mark, and no more.
      if (markedAt.size > MARKS_KNOWN) markedAt.clear();
      for (const key of fresh.keys()) markedAt.set(key, now);
    },
    async countHours(most) {
      const until = clock() - HOUR_SETTLES_MS;
      const picked = await query<ProjectHour>(
        `SELECT tenant_id, project_id, toUnixTimestamp(hour) AS hour FROM (
           SELECT tenant_id, project_id, hour, max(touched_at) AS touched, max(counted_at) AS counted FROM hour_marks
           WHERE (tenant_id, project_id, hour) IN (
             SELECT tenant_id, project_id, hour FROM hour_marks WHERE touched_at >= {since:UInt64} AND touched_at > 0)
           GROUP BY tenant_id, project_id, hour)
         WHERE touched <= {until:UInt64} AND counted < touched + ${HOUR_SETTLES_MS}
         ORDER BY touched LIMIT {most:UInt32}`,
        { since: countedUntil, until: Math.max(0, until), most },
      );
      const days = gather(picked, ({ hour }) => String(hour - (hour % DAY_S)));
      for (const [day, hours] of days) await countDay(hours, Number(day));
      if (picked.length < most) countedUntil = Math.max(0, until);
      return picked.length;
    },
  };
}
