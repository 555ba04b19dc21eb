import type { EventStore } from '@px-platform/store';
import type { TouchedMinute } from './touched-minutes.js';

/** How far back it is looked: several times as long as a processor takes to publish what it has stored. */
const LATELY_S = 120;

/**
 * Minutes of which something was stored in the last two minutes; with `sinceLast`, in the last two before the store was
 * written last, for all processors may have been away for longer.
 */
export async function storedLately(
  eventStore: Pick<EventStore, 'query'>,
  { sinceLast }: { readonly sinceLast: boolean },
): Promise<readonly TouchedMinute[]> {
  const until = sinceLast ? '(SELECT max(stored_at) FROM event_minutes)' : `now('UTC')`;
  const rows = await eventStore.query<{
    tenant_id: string;
    project_id: string;
    minute_s: number;
  }>({
    sql: `SELECT DISTINCT tenant_id, project_id, toUnixTimestamp(minute) AS minute_s FROM event_minutes
           WHERE stored_at >= ${until} - {lately:UInt32}`,
    params: { lately: LATELY_S },
  });
  return rows.map(({ minute_s, ...project }) => ({ ...project, minute: minute_s * 1_000 }));
}
