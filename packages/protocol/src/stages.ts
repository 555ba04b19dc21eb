import type { EventCode } from './codes.js';
import type { Enrichment } from './enrichment.js';
import type { PxEvent, SdkInfo } from './event.js';
import type { JsonObject, JsonValue } from './json.js';
import type { PlanViolation } from './plan.js';
import type { SCHEMA_VERSION } from './version.js';

/** The log's topics, and what each carries. */
export interface TopicRecords {
  readonly events_raw: AcceptedEvent;
  readonly events_enriched: EnrichedEvent;
  readonly events_aggregated: AggregatedMinute;
  readonly events_dead: DeadEvent;
}
export type Topic = keyof TopicRecords;

/** How `AcceptedEvent.timestamp` was found: see ADR 0002. */
export type ClockSource = 'client' | 'corrected' | 'received';

/** An event the collector took: judged, complete, its time fixed. The record of `events_raw`. */
export interface AcceptedEvent {
  readonly schema_version: typeof SCHEMA_VERSION;
  readonly tenant_id: string;
  readonly project_id: string;
  readonly event: PxEvent;
  /** `event.timestamp` in epoch milliseconds, uncorrected: the same in every delivery. */
  readonly client_timestamp: number;
  /** When it happened, in the server's time, epoch milliseconds. */
  readonly timestamp: number;
  readonly clock: ClockSource;
  /** The server's clock when this delivery arrived, epoch milliseconds. */
  readonly received_at: number;
  readonly ip: string | null;
  readonly user_agent: string | null;
  /** `Sec-CH-UA*` and `Accept-Language` as received, by lower-case header name. */
  readonly hints: { readonly [header: string]: string };
  readonly sdk: SdkInfo | null;
  /** How it departs from the project's tracking plan, which asks only to be told. */
  readonly violation?: PlanViolation;
}

/** What one step added, and how long it took. */
export interface StepReport {
  readonly step: string;
  readonly added: { readonly [key: string]: JsonValue };
  readonly micros: number;
  /** Present when the step failed; its keys are then at their defaults. */
  readonly error?: string;
}

/** An event with everything known about it. The record of `events_enriched`. */
export interface EnrichedEvent extends AcceptedEvent {
  readonly enrichment: Enrichment;
  /** Dense number of the person in the project, allotted once (ADR 0003). */
  readonly person: number;
}

/**
 * What is counted of one minute: of one event on one page, of all events of a page, of an event on all pages, or of the
 * whole minute. The record of `events_aggregated`. It holds totals and replaces every record of the same cell with a
 * lower `revision`: events come late, and numbers then rise.
 */
export interface AggregatedMinute {
  readonly schema_version: 1;
  readonly tenant_id: string;
  readonly project_id: string;
  /** When the minute begins, epoch milliseconds. */
  readonly minute: number;
  /** Null: all events together. */
  readonly event: string | null;
  /** Path of the page, with what stands for one thing of many put aside; empty for events of no page. Null: all pages together. */
  readonly page: string | null;
  /** Events. */
  readonly count: number;
  /** Different people, one behind all their ids. They do not add up over cells. */
  readonly people: number;
  /** Different sessions of clients that know of sessions. They do not add up either. */
  readonly sessions: number;
  /** How many of the events are errors, signs of frustration, conversions. */
  readonly errors: number;
  readonly frustrations: number;
  readonly conversions: number;
  /** Rises with every record of the cell. */
  readonly revision: number;
}

/** Something that somebody may want to know of at once. An entry of the stream `events:critical`. */
export interface CriticalEntry {
  readonly rule: 'sign_up' | 'payment' | 'error_burst' | 'rage_click';
  readonly tenant_id: string;
  readonly project_id: string;
  /** The event it was found by. */
  readonly event_id: string;
  readonly event: string;
  readonly session_id: string | null;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  /** Path of the page, as in {@link AggregatedMinute}. */
  readonly page: string;
  /** What the rule found: numbers and names of its own, nothing of the person. */
  readonly detail: JsonObject;
}

/** An event that was not stored, or departs from the plan, with all that is needed to understand and replay it. */
export interface DeadEvent {
  readonly tenant_id: string;
  readonly project_id: string;
  readonly event_id: string | null;
  readonly event_name: string;
  /** `schema_warning`: the event departs from the tracking plan but was stored all the same. Not lost, only told of. */
  readonly stage: 'collector' | 'schema' | 'schema_warning' | 'processor';
  readonly code: EventCode;
  readonly message: string;
  /** The event as it was received, as JSON text, cut at `LIMITS.eventBytes`. */
  readonly body: string;
  readonly attempts: number;
  readonly at: number;
}

/** One line of the live page: what arrived, what became of it, and why. */
export interface LiveEvent {
  readonly kind: 'stored' | 'duplicate' | 'rejected' | 'dead';
  readonly project_id: string;
  readonly event_id: string | null;
  readonly event: string;
  readonly session_id: string | null;
  readonly distinct_id: string | null;
  /** When it happened, in the server's time; for a rejected event, when it arrived. Epoch ms. */
  readonly timestamp: number;
  readonly received_at: number;
  /** When the processor had stored it, epoch ms. Null for rejected events. */
  readonly stored_at: number | null;
  /** The event as it arrived. Text where it was too large to show whole. */
  readonly arrived: JsonValue;
  readonly arrival: {
    readonly ip: string | null;
    readonly user_agent: string | null;
    readonly sdk: SdkInfo | null;
    readonly clock: ClockSource | null;
    readonly client_timestamp: number | null;
  };
  readonly steps: readonly StepReport[];
  /** Why it was refused; for a stored event, how it departs from the tracking plan. */
  readonly reason: { readonly code: EventCode; readonly message: string } | null;
}
