import type {
  CutOff,
  DueRetention,
  ExpiredRows,
  ProfileStore,
  RetentionStore,
  RetentionTables,
  ServerLog,
} from '@px-platform/store';
import type { ProcessorMetrics } from '../metrics.js';
import { SIGHTING_GRANULARITY_MS } from '../people.js';

export interface SweeperDeps {
  readonly retention: Pick<RetentionStore, 'claim' | 'swept' | 'putOff'>;
  readonly eventStore: RetentionTables;
  readonly profiles: Pick<ProfileStore, 'expire'>;
  readonly metrics: Pick<ProcessorMetrics, 'countExpired'>;
  readonly clock: () => number;
  readonly log: ServerLog;
}

/** Deletes what projects that are due have kept long enough. False where none is due. */
export type SweepNext = () => Promise<boolean>;

const DAY_MS = 86_400_000;
/** A large table is written anew for an hour, and what is begun twice costs twice. */
const LEASE_MS = 60 * 60_000;
const RETRY_MS = 30 * 60_000;
/** Projects of one deletion. */
const MOST = 100;

/**
 * Whole days go, in UTC: so all projects of a day are one deletion, and there is nothing to do until the next midnight
 * (docs/adr/0023).
 */
export function createSweeper({
  retention,
  eventStore,
  profiles,
  metrics,
  clock,
  log,
}: SweeperDeps): SweepNext {
  return async () => {
    const due = await retention.claim({ leaseMs: LEASE_MS, most: MOST });
    if (due.length === 0) return false;
    try {
      await sweep(due);
    } catch (error) {
      log.error(
        { err: error, projects: due.length },
        'what was kept long enough could not be deleted; trying again in half an hour',
      );
      for (const each of due) await retention.putOff(each, RETRY_MS);
    }
    return true;
  };

  async function sweep(due: readonly DueRetention[]): Promise<void> {
    const today = Math.floor(clock() / DAY_MS) * DAY_MS;
    const turns = due.map((each) => {
      const { tenant_id, project_id, events_days } = each;
      return { due: each, cutOff: { tenant_id, project_id, before: today - events_days * DAY_MS } };
    });
    const expired = await eventStore.expire(turns.map(({ cutOff }) => cutOff));
    for (const { table, rows } of expired) metrics.countExpired(table, rows);
    for (const turn of turns) await finish(turn.due, turn.cutOff, expired);
  }

  async function finish(
    due: DueRetention,
    cutOff: CutOff,
    expired: readonly ExpiredRows[],
  ): Promise<void> {
    // Whoever was seen again within this time of their last sighting was not written again.
    const before = cutOff.before - SIGHTING_GRANULARITY_MS;
    const profilesGone = await profiles.expire({ ...cutOff, before });
    if (profilesGone > 0) metrics.countExpired('users', profilesGone);
    const rows = expired
      .filter(
        ({ tenant_id, project_id }) => tenant_id === due.tenant_id && project_id === due.project_id,
      )
      .map((each) => [each.table, each.rows] as const);
    const deleted = Object.fromEntries([
      ...rows,
      ...(profilesGone > 0 ? [['users', profilesGone] as const] : []),
    ]);
    await retention.swept(due, { deleted, waitMs: DAY_MS - (clock() % DAY_MS) });
    if (Object.keys(deleted).length === 0) return;
    const { project_id, events_days } = due;
    log.info({ project: project_id, events_days, ...deleted }, 'what was kept long enough is gone');
  }
}
