import { LIMITS, type DeadEvent } from '@px-platform/protocol';

const UINT32 = 2 ** 32 - 1;

/**
 * A dead letter as the store takes it, whatever somebody wrote into its topic: a letter that cannot be stored would
 * hold up all letters behind it, and there is nowhere further to set it aside.
 */
export function soundLetter(value: DeadEvent, now: number): DeadEvent {
  const letter = Object(value) as { readonly [K in keyof DeadEvent]?: unknown };
  const text = (member: unknown): string =>
    typeof member === 'string' ? member : (JSON.stringify(member) ?? '');
  const isTime = (at: unknown): at is number =>
    Number.isSafeInteger(at) && (at as number) >= 0 && (at as number) <= LIMITS.maxClientTimestamp;
  const { attempts, at, event_id } = letter;
  return {
    tenant_id: text(letter.tenant_id),
    project_id: text(letter.project_id),
    event_id: event_id === null || event_id === undefined ? null : text(event_id),
    event_name: text(letter.event_name),
    stage: text(letter.stage) as DeadEvent['stage'],
    code: text(letter.code) as DeadEvent['code'],
    message: text(letter.message),
    body: text(letter.body).slice(0, LIMITS.eventBytes),
    attempts: Number.isSafeInteger(attempts)
      ? Math.min(Math.max(attempts as number, 1), UINT32)
      : 1,
    at: isTime(at) ? at : now,
  };
}
