import {
  attemptOf,
  deadBody,
  EVENT_NAMES,
  isControlEvent,
  type DeadEvent,
  type EventResult,
  type PlanViolation,
  type PxEvent,
} from '@px-platform/protocol';
import type { KeyGrant, LogRecord, ServerLog } from '@px-platform/store';
import type { AcceptedBatch } from './accept.js';
import { createCompileSchema, type CheckProperties } from './compile-schema.js';
import type { FindPlan, HeldPlan } from './plan-cache.js';

export interface SchemaCheckOptions {
  readonly findPlan: FindPlan;
  readonly log: ServerLog;
  readonly countViolation: (code: PlanViolation['code'], outcome: 'kept' | 'dropped') => void;
  /** Compiled schemas kept at once, those used longest ago are let go. @default 2_000 */
  readonly capacity?: number;
}

/** Holds a judged batch against its project's tracking plan: what breaks it is marked, or dropped. */
export type CheckBatch = (
  batch: AcceptedBatch,
  grant: Pick<KeyGrant, 'tenant_id' | 'project_id'>,
) => Promise<AcceptedBatch>;

/** PX's own names are in every plan, until a plan says more of them. */
const OWN_NAMES: ReadonlySet<string> = new Set(Object.values(EVENT_NAMES));

/** Compiles each version of a schema once. Never rejects: without a plan, and with one that cannot be used, events pass. */
export function createSchemaCheck({
  findPlan,
  log,
  countViolation,
  capacity = 2_000,
}: SchemaCheckOptions): CheckBatch {
  const compile = createCompileSchema();
  const compiled = new Map<string, CheckProperties>();

  const checkOf = (key: string, schema: Parameters<typeof compile>[0]): CheckProperties => {
    let check = compiled.get(key);
    compiled.delete(key);
    if (!check) {
      try {
        check = compile(schema);
      } catch (error) {
        log.error(
          { err: error, key },
          'a schema of a tracking plan cannot be used; its events pass unchecked',
        );
        check = () => null;
      }
    }
    compiled.set(key, check);
    if (compiled.size > capacity) compiled.delete(compiled.keys().next().value as string);
    return check;
  };

  const judge = (
    event: PxEvent,
    plan: HeldPlan,
    projectId: string,
  ): { readonly violation: PlanViolation; readonly isDropped: boolean } | null => {
    const planned = plan.events.get(event.event);
    if (!planned) {
      if (plan.unplanned === 'allow' || OWN_NAMES.has(event.event) || isControlEvent(event.event))
        return null;
      const message = `${JSON.stringify(event.event)} is not in the project's tracking plan. Is the name misspelt? Else add it.`;
      return { violation: { code: 'not_in_plan', message }, isDropped: plan.unplanned === 'block' };
    }
    if (planned.mode === 'off') return null;
    const check = checkOf(`${projectId}:${planned.version}:${event.event}`, planned.schema);
    const fault = check(event.properties ?? {});
    if (fault === null) return null;
    const message = `${fault} (version ${planned.version} of its schema).`;
    return {
      violation: { code: 'schema_violation', message },
      isDropped: planned.mode === 'enforce',
    };
  };

  return async (batch, grant) => {
    if (batch.records.length === 0) return batch;
    const plan = await findPlan(grant);
    if (!plan || (plan.events.size === 0 && plan.unplanned === 'allow')) return batch;

    const records: LogRecord<'events_raw'>[] = [];
    const dead = [...batch.dead];
    const results: EventResult[] = [...batch.results];
    const indexes: number[] = [];
    batch.records.forEach((record, place) => {
      const { value } = record;
      const index = batch.indexes[place] ?? place;
      const found = judge(value.event, plan, grant.project_id);
      if (!found) {
        records.push(record);
        indexes.push(index);
        return;
      }
      const { violation, isDropped } = found;
      countViolation(violation.code, isDropped ? 'dropped' : 'kept');
      if (isDropped) {
        results.push({
          event_id: value.event.event_id,
          index,
          status: 'drop',
          ...violation,
        });
      } else {
        records.push({ ...record, value: { ...value, violation } });
        indexes.push(index);
      }
      dead.push({
        key: `${value.tenant_id}:${value.project_id}`,
        value: deadEvent(record, violation, isDropped),
      });
    });
    return { records, indexes, dead, results: results.sort((a, b) => a.index - b.index) };
  };
}

function deadEvent(
  { value }: LogRecord<'events_raw'>,
  { code, message }: PlanViolation,
  isDropped: boolean,
): DeadEvent {
  return {
    tenant_id: value.tenant_id,
    project_id: value.project_id,
    event_id: value.event.event_id,
    event_name: value.event.event,
    stage: isDropped ? 'schema' : 'schema_warning',
    code,
    message: isDropped ? message : `stored, and to be looked at: ${message}`,
    body: deadBody(value),
    attempts: attemptOf(value.event),
    at: value.received_at,
  };
}
