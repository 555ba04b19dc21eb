/** Why an event will never be delivered. The collector's own codes come beside these. */
export const DROP_REASONS = {
  invalidName: 'invalid_name',
  invalidUserId: 'invalid_user_id',
  invalidGroup: 'invalid_group',
  tooLarge: 'event_too_large',
  queueFull: 'queue_full',
  expired: 'expired',
  consent: 'consent',
  beforeSend: 'before_send',
  internal: 'internal_error',
} as const;

/** Any of `DROP_REASONS`, a code of the collector's, or a plugin's word. */
export type DropReason = string;

/** What was received, short enough for a message. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
