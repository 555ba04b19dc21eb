import type { PlannedEvent, TrackingPlan } from '@px-platform/protocol';
import {
  createLastKnown,
  type FindLastKnown,
  type LastKnownOptions,
  type PlanScope,
  type SchemaRegistry,
  type ServerLog,
} from '@px-platform/store';

/** How long plans are believed and waited for, as everything that is remembered so. */
export interface PlanCacheOptions extends Pick<
  LastKnownOptions<PlanScope, HeldPlan>,
  'clock' | 'freshForMs' | 'knownForMs' | 'waitMs' | 'capacity'
> {
  readonly log: ServerLog;
}

/** A plan, by the names of its events. */
export interface HeldPlan extends Pick<TrackingPlan, 'revision' | 'unplanned'> {
  readonly events: ReadonlyMap<string, PlannedEvent>;
}

/** Null: the plan was never known, and cannot be had now. */
export type FindPlan = FindLastKnown<PlanScope, HeldPlan>;

/** Remembers tracking plans: a change counts within seconds, and the last plan known while the registry is away. */
export function cachePlans(
  registry: Pick<SchemaRegistry, 'plan' | 'revision'>,
  { log, ...options }: PlanCacheOptions,
): FindPlan {
  return createLastKnown<PlanScope, HeldPlan>({
    ...options,
    keyOf: ({ tenant_id, project_id }) => `${tenant_id}:${project_id}`,
    async ask(scope, known) {
      const revision = known ? await registry.revision(scope) : null;
      return known && revision === known.revision ? known : held(await registry.plan(scope));
    },
    onFailure(error, { project_id }, isKnown) {
      log.warn(
        { err: error, project: project_id, known: isKnown },
        'the tracking plan could not be read',
      );
    },
  });
}

function held({ revision, unplanned, events }: TrackingPlan): HeldPlan {
  return { revision, unplanned, events: new Map(events.map((each) => [each.event, each])) };
}
