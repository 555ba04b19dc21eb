import {
  CONTROL_EVENTS,
  CONTROL_PREFIX,
  EMPTY_ENRICHMENT,
  type AcceptedEvent,
  type Enrichment,
  type JsonObject,
  type JsonValue,
  type PxEvent,
  type StepReport,
} from '@px-platform/protocol';
import type { Enriched } from '../enrich.js';
import type { AnonymousPerson } from '../people.js';
import type { Step } from '../steps/step.js';
import { maskMessage } from './mask-message.js';
import type { Masker } from './masker.js';

/** All that is known of an event before its person has a number. */
export interface FoundEvent extends Enriched {
  readonly accepted: AcceptedEvent;
  readonly anonymous: AnonymousPerson | null;
}

/**
 * Masks all of it. Runs after every step: they read the event as it came, and the person's canonical id was derived from the id as
 * sent, so that who it was and where stay as right as before. `steps` are those that made it.
 */
export function maskFound(found: FoundEvent, masker: Masker, steps: readonly Step[]): FoundEvent {
  const accepted = maskAccepted(found.accepted, masker);
  const enrichment = maskEnrichment(found, { accepted, masker, steps });
  const { anonymous } = found;
  return {
    accepted,
    enrichment,
    reports: found.reports.map((report) => maskReport(report, { found, enrichment, masker })),
    anonymous: anonymous && {
      ...anonymous,
      distinct_id: masker.id(anonymous.distinct_id, 'anonymous_id'),
    },
  };
}

/** An event as it came, masked. */
export function maskAccepted(accepted: AcceptedEvent, masker: Masker): AcceptedEvent {
  const { event, ip, user_agent, hints, sdk, violation } = accepted;
  return {
    ...accepted,
    event: maskPxEvent(event, masker),
    ip: ip === null ? null : masker.ip(ip),
    user_agent: user_agent === null ? null : masker.text(user_agent),
    hints: masker.value(hints) as AcceptedEvent['hints'],
    sdk: sdk && (masker.value({ ...sdk }) as unknown as AcceptedEvent['sdk']),
    ...(violation && {
      violation: {
        ...violation,
        message: maskMessage(violation.message, event as unknown as JsonValue, masker),
      },
    }),
  };
}

function maskPxEvent(event: PxEvent, masker: Masker): PxEvent {
  const { user_id, anonymous_id, session_id, properties, context } = event;
  const isControl = event.event.startsWith(CONTROL_PREFIX);
  const previous = event.event === CONTROL_EVENTS.alias ? properties?.['previous_id'] : undefined;
  const given =
    typeof previous === 'string'
      ? { ...properties, previous_id: masker.id(previous, 'anonymous_id') }
      : properties;
  return {
    ...event,
    event: isControl ? event.event : masker.text(event.event),
    ...(user_id && { user_id: masker.id(user_id, 'user_id') }),
    ...(anonymous_id && { anonymous_id: masker.id(anonymous_id, 'anonymous_id') }),
    ...(session_id && { session_id: masker.id(session_id, 'session_id') }),
    ...(given && { properties: masker.value(given) as JsonObject }),
    ...(context && {
      context: masker.value(context as unknown as JsonValue) as NonNullable<PxEvent['context']>,
    }),
  };
}

/** Keys of the enrichment that say nothing personal: a hash already, and a yes or no. */
const UNTOUCHED: ReadonlySet<string> = new Set(['user_id', 'is_identified']);

function maskEnrichment(
  { accepted: raw, enrichment, reports }: FoundEvent,
  {
    accepted,
    masker,
    steps,
  }: {
    readonly accepted: AcceptedEvent;
    readonly masker: Masker;
    readonly steps: readonly Step[];
  },
): Enrichment {
  const masked: Record<string, unknown> = { ...enrichment };
  for (const [key, value] of Object.entries(enrichment) as [keyof Enrichment, JsonValue][]) {
    if (UNTOUCHED.has(key)) continue;
    const given = key === 'properties' ? propertiesOf() : value;
    masked[key] =
      key === 'distinct_id'
        ? masker.id(enrichment.distinct_id, enrichment.is_identified ? 'user_id' : 'anonymous_id')
        : (masker.value(given, key) ?? EMPTY_ENRICHMENT[key]);
  }
  return masked as Enrichment;

  /**
   * Properties were put into another form, where a dot may be of a path or of an address in a key: what was masked goes through
   * the step that made them once more.
   */
  function propertiesOf(): JsonObject {
    if (accepted.event.properties === raw.event.properties) return enrichment.properties;
    const maker = reports.findLast(({ added }) => 'properties' in added)?.step;
    const step = steps.find(({ name }) => name === maker);
    return step?.enrich(accepted).properties ?? enrichment.properties;
  }
}

function maskReport(
  report: StepReport,
  {
    found,
    enrichment,
    masker,
  }: {
    readonly found: FoundEvent;
    readonly enrichment: Enrichment;
    readonly masker: Masker;
  },
): StepReport {
  const before = found.enrichment as unknown as JsonObject;
  const after = enrichment as unknown as JsonObject;
  const added: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(report.added)) {
    // What a later step found better is in the report alone.
    const masked = value === before[key] ? after[key] : masker.value(value, key);
    if (masked !== undefined) added[key] = masked;
  }
  const { error } = report;
  const about = found.accepted.event as unknown as JsonValue;
  return {
    ...report,
    added,
    ...(error !== undefined && { error: maskMessage(error, about, masker) }),
  };
}
