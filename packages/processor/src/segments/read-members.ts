import { timesOf } from '@px-platform/protocol/definitions';
import type { ComputedSegment, EventStore, Membership, SqlQuestion } from '@px-platform/store';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** From when on things count: whole hours, so that a project where nothing happens is read once an hour. */
export const windowStart = (now: number, withinDays: number): number =>
  now - (now % HOUR_MS) - withinDays * DAY_MS;

type Deeds = Pick<ComputedSegment, 'tenant_id' | 'project_id'> & {
  readonly did: NonNullable<ComputedSegment['did']>;
};

/** Who belongs to a segment by what is stored now; of too many, `most` and one more id. */
export async function readMembers(
  eventStore: Pick<EventStore, 'query'>,
  segment: Deeds,
  { now, most }: { readonly now: number; readonly most: number },
): Promise<Membership> {
  const [row] = await eventStore.query<Membership>(membersQuestion(segment, now, most));
  return row ?? { ids: [], people: [] };
}

/**
 * Each event once and each person once (docs/adr/0003, 0022). Counted by number first, and by person after: links are looked
 * up once for each number instead of once for each event. Where doing it no time will do, whoever did anything at all within
 * the longest of the times is looked at, and else only who did what is named.
 */
function membersQuestion(
  { tenant_id, project_id, did }: Deeds,
  now: number,
  most: number,
): SqlQuestion {
  const deeds = did.map((deed, index) => {
    const { atLeast, atMost } = timesOf(deed);
    return {
      count: `countIf(event_name = {event_${index}:String} AND timestamp >= ${at(`since_${index}`)}) AS did_${index}`,
      sum: `sum(counted.did_${index}) AS times_${index}`,
      holds: [
        `times_${index} >= {least_${index}:UInt64}`,
        ...(atMost < Infinity ? [`times_${index} <= {most_${index}:UInt64}`] : []),
      ].join(' AND '),
      atLeast,
      params: {
        [`event_${index}`]: deed.event,
        [`since_${index}`]: windowStart(now, deed.withinDays),
        [`least_${index}`]: atLeast,
        ...(atMost < Infinity && { [`most_${index}`]: atMost }),
      },
    };
  });
  const isOfAnybody = deeds.every(({ atLeast }) => atLeast === 0);
  return {
    sql: `
      WITH links AS (
        SELECT from_person, argMin(to_person, (linked_at, event_id)) AS to_person
        FROM person_links
        WHERE tenant_id = {scope_tenant:String} AND project_id = {scope_project:String}
        GROUP BY from_person)
      SELECT groupArray(id) AS ids, groupArray(whose) AS people
      FROM (
        SELECT arrayJoin(arrayConcat([whose], devices)) AS id, whose
        FROM (
          SELECT if(links.to_person = 0, counted.person, links.to_person) AS whose,
                 ${deeds.map(({ sum }) => sum).join(', ')}
          FROM (
            SELECT person, ${deeds.map(({ count }) => count).join(', ')}
            FROM steps FINAL
            WHERE tenant_id = {scope_tenant:String} AND project_id = {scope_project:String}
              AND timestamp >= ${at('since')}
              ${isOfAnybody ? '' : 'AND event_name IN {events:Array(String)}'}
            GROUP BY person) AS counted
          LEFT JOIN links ON links.from_person = counted.person
          GROUP BY whose
          HAVING ${deeds.map(({ holds }) => holds).join(' AND ')}) AS members
        LEFT JOIN (
          SELECT to_person, groupArray(from_person) AS devices FROM links GROUP BY to_person) AS known
          ON known.to_person = members.whose
        ORDER BY id, whose LIMIT 1 BY id LIMIT {most:UInt64})`,
    params: Object.assign(
      {
        scope_tenant: tenant_id,
        scope_project: project_id,
        since: windowStart(now, Math.max(...did.map(({ withinDays }) => withinDays))),
        events: did.map(({ event }) => event),
        most: most + 1,
      },
      ...deeds.map(({ params }) => params),
    ) as SqlQuestion['params'],
  };
}

const at = (param: string) => `fromUnixTimestamp64Milli({${param}:Int64})`;
