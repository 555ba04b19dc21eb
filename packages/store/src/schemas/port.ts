import type { JsonObject, PlanMode, TrackingPlan, UnplannedPolicy } from '@px-platform/protocol';

/** Whose plan it is. Another tenant's project has none, whatever its id. */
export interface PlanScope {
  readonly tenant_id: string;
  readonly project_id: string;
}

/** One version of an event's schema, as it was once and for ever. */
export interface SchemaVersion {
  readonly version: number;
  readonly schema: JsonObject;
  /** Epoch milliseconds. */
  readonly created_at: number;
}

export interface PutEvent {
  readonly event: string;
  readonly mode: PlanMode;
  readonly schema: JsonObject;
  /** The version this was made from; 0 where the event was not in the plan. */
  readonly basedOn: number;
}

/** `stale`: somebody else changed the event since; `version` is what there is now. `full`: the plan has no room. */
export type PutOutcome =
  | { readonly outcome: 'stored'; readonly version: number }
  | { readonly outcome: 'stale'; readonly version: number }
  | { readonly outcome: 'full' }
  | { readonly outcome: 'no_project' };

/** Tracking plans of projects. Schemas are taken as they are given: whoever writes has checked them. */
export interface SchemaRegistry {
  /** The plan's revision alone: cheap enough to ask every second. 0 where there is no plan. */
  revision(scope: PlanScope): Promise<number>;
  /** Whole, as of one moment; events by name. Where there is none: revision 0, nothing in it, `allow`. */
  plan(scope: PlanScope): Promise<TrackingPlan>;
  /** Every version of an event's schema, the newest first; also of one that was taken out of the plan. */
  versions(scope: PlanScope, event: string): Promise<readonly SchemaVersion[]>;
  /** A new version where the schema differs from the last one, else only the mode. */
  putEvent(scope: PlanScope, put: PutEvent): Promise<PutOutcome>;
  /** Its versions stay, and numbering goes on if it comes back. False where the plan has no such event. */
  removeEvent(scope: PlanScope, event: string): Promise<boolean>;
  /** False where there is no such project. */
  setUnplanned(scope: PlanScope, policy: UnplannedPolicy): Promise<boolean>;
}
