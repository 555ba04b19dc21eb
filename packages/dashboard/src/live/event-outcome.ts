import type { ClockSource, EventCode, LiveEvent } from '@px-platform/protocol';
import { formatDuration } from './format.js';

/** What to do about each refusal, in one sentence. A new code does not compile until it has one. */
const ADVICE: Readonly<Record<EventCode, string>> = {
  invalid_event:
    'Compare the event with the contract: a name of 1–200 characters, and properties as an object.',
  unknown_control_event:
    'Names that start with $ belong to PX. Give your own event a name without it.',
  missing_identity:
    'Send user_id for a known person, or anonymous_id for a device. The SDKs do it by themselves.',
  invalid_event_id: 'Send a UUID, or leave event_id out and let the collector make one.',
  invalid_timestamp: 'Send epoch milliseconds, or an ISO 8601 date-time with its zone.',
  timestamp_out_of_range:
    'Seconds instead of milliseconds is the usual cause. Multiply by 1,000, or check the device’s clock.',
  event_too_large:
    'An event may have 64 KiB. Send a reference to the large value instead of the value.',
  too_many_properties:
    'Keep properties to what you would ask about; lists of things belong in several events.',
  property_key_too_long:
    'A key this long is usually a value in disguise. Move it to the value’s side.',
  properties_too_deep: 'Flatten the object: eight levels are kept.',
  forbidden_key: 'Rename the key: __proto__ and its like are never stored.',
  schema_violation:
    'Send what the tracking plan says, or change the plan: schemas/<event>.json, then px schema push.',
  not_in_plan: 'Is the name misspelt? If it is right, add the event to the tracking plan.',
  not_storable:
    'The event store refused this one; it waits among the dead letters and can be replayed once mended.',
  unknown_schema_version:
    'Nothing to mend in the event: a newer collector took it. Upgrade the processors, then replay the dead letter.',
  log_unavailable: 'Nothing to mend in the event: the sender keeps it and tries again.',
  rate_limited: 'The quota is used up for this hour. It will be sent again.',
};

/** What to do about a refused event. */
export function adviceFor(code: EventCode): string {
  // A server newer than this page may know codes that it does not.
  return (ADVICE as { readonly [code: string]: string })[code] ?? 'See the message above.';
}

/** Milliseconds from the collector's receipt to the processor's commit, or null. */
export function storedLatencyMs(
  event: Pick<LiveEvent, 'received_at' | 'stored_at'>,
): number | null {
  return event.stored_at === null ? null : Math.max(0, event.stored_at - event.received_at);
}

/** Which clock rule placed the event in time, as a sentence. */
export function clockRule(
  clock: ClockSource | null,
  {
    clientTimestamp,
    timestamp,
  }: { readonly clientTimestamp: number | null; readonly timestamp: number },
): string {
  switch (clock) {
    case 'client':
      return 'The client’s clock agreed with the server’s, and was believed.';
    case 'corrected': {
      if (clientTimestamp === null) return 'The client’s clock was off, and was corrected.';
      const off = clientTimestamp - timestamp;
      return `The client’s clock was ${formatDuration(Math.abs(off))} ${off < 0 ? 'behind' : 'ahead'}, and was corrected.`;
    }
    case 'received':
      return 'No client time could be used: placed at the time of receipt.';
    case null:
      return 'The event was refused before its time was settled.';
  }
}
