import {
  CONTROL_EVENTS,
  CONTROL_PREFIX,
  EMPTY_ENRICHMENT,
  type AcceptedEvent,
  type Enrichment,
  type JsonObject,
  type JsonValue,
  type PxEvent,
  type SdkInfo,
  type StepReport,
} from '@px-platform/protocol';
import { boundedFindings } from '../bounds.js';
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
  // Steps only turn about what the event said: of one that says nothing of anybody they cannot have found anything.
  const enrichment =
    saysTheSame(accepted, found.accepted) && !masker.namesColumn
      ? found.enrichment
      : maskEnrichment(found, { accepted, masker, steps });
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
  const about = event as unknown as JsonValue;
  return changed(accepted, {
    event: maskPxEvent(event, masker),
    ip: ip === null ? null : masker.ip(ip),
    user_agent: user_agent === null ? null : masker.text(user_agent),
    hints: masker.value(hints) as AcceptedEvent['hints'],
    sdk: sdk && (masker.value(sdk as unknown as JsonValue) as unknown as SdkInfo),
    ...(violation && {
      violation: { ...violation, message: maskMessage(violation.message, about, masker) },
    }),
  });
}

function maskPxEvent(event: PxEvent, masker: Masker): PxEvent {
  const { event: name, user_id, anonymous_id, session_id, properties, context } = event;
  const given = name === CONTROL_EVENTS.alias ? withPreviousId(properties, masker) : properties;
  const changes: Record<string, unknown> = {
    event: name.startsWith(CONTROL_PREFIX) ? name : masker.text(name),
  };
  if (user_id) changes['user_id'] = masker.id(user_id, 'user_id');
  if (anonymous_id) changes['anonymous_id'] = masker.id(anonymous_id, 'anonymous_id');
  if (session_id) changes['session_id'] = masker.id(session_id, 'session_id');
  if (given) changes['properties'] = masker.value(given);
  if (context) changes['context'] = masker.value(context as unknown as JsonValue);
  return changed<PxEvent>(event, changes);
}

/** The anonymous id that an alias names. */
function withPreviousId(properties: JsonObject | undefined, masker: Masker) {
  const previous = properties?.['previous_id'];
  if (typeof previous !== 'string') return properties;
  return { ...properties, previous_id: masker.id(previous, 'anonymous_id') };
}

function saysTheSame(one: AcceptedEvent, other: AcceptedEvent): boolean {
  return (
    one.event === other.event &&
    one.user_agent === other.user_agent &&
    one.hints === other.hints &&
    one.sdk === other.sdk
  );
}

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
  const { is_identified, distinct_id, properties } = enrichment;
  const changes: Record<string, unknown> = {
    distinct_id: masker.id(distinct_id, is_identified ? 'user_id' : 'anonymous_id'),
    properties: propertiesOf(),
  };
  for (const key of MASKED) {
    const value = enrichment[key] as JsonValue;
    if (value === '') continue;
    const masked = masker.value(value, key);
    if (masked !== value) changes[key] = masked ?? EMPTY_ENRICHMENT[key];
  }
  return changed<Enrichment>(enrichment, changes);

  /**
   * Properties were put into another form, where a dot may be of a path or of an address in a key: what was masked goes through
   * the step that made them once more.
   */
  function propertiesOf(): JsonObject {
    if (!masker.namesColumn) {
      if (accepted.event.properties === raw.event.properties) return properties;
      const maker = reports.findLast(({ added }) => 'properties' in added)?.step;
      const step = steps.find(({ name }) => name === maker);
      if (step) {
        return boundedFindings(step.enrich(accepted)).properties ?? EMPTY_ENRICHMENT.properties;
      }
    }
    return (masker.value(properties, 'properties') ?? EMPTY_ENRICHMENT.properties) as JsonObject;
  }
}

/** The person's canonical id is a hash already; the others have a way of their own. */
const APART: ReadonlySet<string> = new Set([
  'user_id',
  'is_identified',
  'distinct_id',
  'properties',
]);
const MASKED = (Object.keys(EMPTY_ENRICHMENT) as (keyof Enrichment)[]).filter(
  (key) => !APART.has(key),
);

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
  const { added, error } = report;
  if (enrichment === found.enrichment && error === undefined) return report;
  const before = found.enrichment as unknown as JsonObject;
  const after = enrichment as unknown as JsonObject;
  let masked = report;
  for (const key in added) {
    const value = added[key] as JsonValue;
    // What a later step found better is in the report alone.
    const made = value === before[key] ? after[key] : masker.value(value, key);
    if (made !== value) masked = { ...masked, added: { ...masked.added, [key]: made ?? null } };
  }
  if (error === undefined) return masked;
  const about = found.accepted.event as unknown as JsonValue;
  return { ...masked, error: maskMessage(error, about, masker) };
}

/** The whole with its changes; itself, where there are none: most events say nothing of anybody. */
function changed<T extends object>(whole: T, changes: Partial<T>): T {
  for (const key of Object.keys(changes) as (keyof T)[]) {
    if (changes[key] !== whole[key]) return { ...whole, ...changes };
  }
  return whole;
}
