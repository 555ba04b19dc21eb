import type { PlannedEvent, TrackingPlan } from '@px-platform/protocol';
import type { PlanScope, SchemaRegistry, ServerLog } from '@px-platform/store';

export interface PlanCacheOptions {
  readonly clock: () => number;
  readonly log: ServerLog;
  /** A plan this old is asked for again, beside the request, milliseconds. @default 2_000 */
  readonly freshForMs?: number;
  /** A plan this old is waited for, milliseconds: nobody sends for hours, and then meets an old plan. @default 5_000 */
  readonly knownForMs?: number;
  /** How long a request waits for a plan, milliseconds; then it goes on with the old one, or without. @default 250 */
  readonly waitMs?: number;
  /** Projects remembered at once. @default 5_000 */
  readonly capacity?: number;
}

/** A plan, by the names of its events. */
export interface HeldPlan extends Pick<TrackingPlan, 'revision' | 'unplanned'> {
  readonly events: ReadonlyMap<string, PlannedEvent>;
}

/** Null: the plan was never known, and cannot be had now. */
export type FindPlan = (scope: PlanScope) => Promise<HeldPlan | null>;

interface Entry {
  plan: HeldPlan | null;
  /** When the registry confirmed it last, and when it was asked last. */
  confirmedAt: number;
  askedAt: number;
  asking: Promise<void> | null;
}

/**
 * Remembers tracking plans, so that a change counts within seconds and a registry that is away or slow holds up nobody:
 * the last plan known goes on counting.
 */
export function cachePlans(
  registry: Pick<SchemaRegistry, 'plan' | 'revision'>,
  {
    clock,
    log,
    freshForMs = 2_000,
    knownForMs = 5_000,
    waitMs = 250,
    capacity = 5_000,
  }: PlanCacheOptions,
): FindPlan {
  const entries = new Map<string, Entry>();

  const ask = async (scope: PlanScope, entry: Entry): Promise<void> => {
    try {
      const revision = entry.plan ? await registry.revision(scope) : null;
      if (entry.plan === null || revision !== entry.plan.revision) {
        entry.plan = held(await registry.plan(scope));
      }
      entry.confirmedAt = clock();
    } catch (error) {
      log.warn(
        { err: error, project: scope.project_id, known: entry.plan !== null },
        'the tracking plan could not be read',
      );
    } finally {
      entry.asking = null;
    }
  };

  return async (scope) => {
    const key = `${scope.tenant_id}:${scope.project_id}`;
    const entry = entries.get(key) ?? {
      plan: null,
      confirmedAt: -Infinity,
      askedAt: -Infinity,
      asking: null,
    };
    entries.delete(key);
    entries.set(key, entry);
    if (entries.size > capacity) entries.delete(entries.keys().next().value as string);

    const now = clock();
    // By when it was asked, too: a registry that fails at once is not asked by every request.
    if (!entry.asking && now - Math.max(entry.confirmedAt, entry.askedAt) >= freshForMs) {
      entry.askedAt = now;
      entry.asking = ask(scope, entry);
    }
    if (entry.asking && now - entry.confirmedAt >= knownForMs) await atMost(entry.asking, waitMs);
    return entry.plan;
  };
}

function held({ revision, unplanned, events }: TrackingPlan): HeldPlan {
  return { revision, unplanned, events: new Map(events.map((each) => [each.event, each])) };
}

async function atMost(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const waited = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, waited]);
  clearTimeout(timer);
}
