import { PROJECT_TABLES, SCOPE, type DeleteRows, type QueryRows } from './clickhouse-tables.js';
import type { CutOff, ExpiredRows, RetentionTables } from './retention-tables.js';

/** How the tables are reached: the event store's own question, and what deletes rows. */
export interface RetentionTablesDeps {
  readonly query: QueryRows;
  readonly deleteRows: DeleteRows;
}

type Params = Record<string, unknown>;

/** Links found at a time. */
const PAGE = 10_000;
const BEFORE = `fromUnixTimestamp64Milli({before:Int64}, 'UTC')`;
const OLD_LINKS = `person_links WHERE ${SCOPE} AND linked_at < ${BEFORE}`;
/** Those of the people in old links of whom there is an event that stays. */
const STAYING = `(
    SELECT user_id FROM events
     WHERE ${SCOPE} AND timestamp >= ${BEFORE}
       AND user_id IN (SELECT arrayJoin([from_user_id, to_user_id]) FROM ${OLD_LINKS}))`;
const IDLE_LINKS = `
  SELECT DISTINCT toString(event_id) AS id FROM ${OLD_LINKS}
     AND from_user_id NOT IN ${STAYING} AND to_user_id NOT IN ${STAYING}
   ORDER BY id LIMIT ${PAGE}`;

export function clickHouseRetentionTables({
  query,
  deleteRows,
}: RetentionTablesDeps): RetentionTables {
  /** One deletion for all projects: what it costs is the parts that are written anew, not the conditions. */
  const expireFrom = async (table: string, time: string, cutOffs: readonly CutOff[]) => {
    const found = await oldRows(table, time, cutOffs);
    const due = cutOffs.filter((each) => found.some((rows) => isSame(rows, each)));
    if (due.length > 0) await deleteRows(table, older(time, due), paramsOf(due));
    return found;
  };
  const oldRows = async (table: string, time: string, cutOffs: readonly CutOff[]) => {
    const rows = await query<Omit<ExpiredRows, 'table'>>(
      `SELECT tenant_id, project_id, count() AS rows FROM ${table} WHERE ${older(time, cutOffs)}
        GROUP BY tenant_id, project_id ORDER BY tenant_id, project_id`,
      paramsOf(cutOffs),
    );
    return rows.map((each) => ({ ...each, table }));
  };
  /** A link is needed as long as there is an event of either of those it names. */
  const expireLinks = async (cutOff: CutOff): Promise<ExpiredRows> => {
    const { tenant_id, project_id, before } = cutOff;
    const scope = { tenant_id, project_id, before };
    let rows = 0;
    for (;;) {
      const idle = await query<{ id: string }>(IDLE_LINKS, scope);
      if (idle.length > 0) {
        const ids = idle.map(({ id }) => id);
        const condition = `${SCOPE} AND linked_at < ${BEFORE} AND event_id IN {ids:Array(UUID)}`;
        await deleteRows('person_links', condition, { ...scope, ids });
      }
      rows += idle.length;
      if (idle.length < PAGE) return { tenant_id, project_id, table: 'person_links', rows };
    }
  };

  return {
    async expire(cutOffs) {
      if (cutOffs.length === 0) return [];
      const expired: ExpiredRows[] = [];
      for (const { table, time } of PROJECT_TABLES) {
        if (time !== undefined) {
          expired.push(...(await expireFrom(table, time, cutOffs)));
          continue;
        }
        // Nobody loses their last event where none goes.
        const losing = await oldRows('events', 'timestamp', cutOffs);
        for (const each of cutOffs)
          if (losing.some((rows) => isSame(rows, each))) expired.push(await expireLinks(each));
      }
      return expired.filter(({ rows }) => rows > 0);
    },
  };
}

function older(time: string, cutOffs: readonly CutOff[]): string {
  return cutOffs
    .map(
      (_, index) =>
        `(tenant_id = {tenant_${index}:String} AND project_id = {project_${index}:String} AND ${time} < fromUnixTimestamp64Milli({before_${index}:Int64}, 'UTC'))`,
    )
    .join(' OR ');
}

function paramsOf(cutOffs: readonly CutOff[]): Params {
  return Object.fromEntries(
    cutOffs.flatMap(({ tenant_id, project_id, before }, index) => [
      [`tenant_${index}`, tenant_id],
      [`project_${index}`, project_id],
      [`before_${index}`, before],
    ]),
  );
}

function isSame(
  one: Pick<CutOff, 'tenant_id' | 'project_id'>,
  other: Pick<CutOff, 'tenant_id' | 'project_id'>,
): boolean {
  return one.tenant_id === other.tenant_id && one.project_id === other.project_id;
}
