import type { DeadEvent, JsonObject, JsonValue } from '@px-platform/protocol';
import { maskMessage } from './mask-message.js';
import type { Masker } from './masker.js';

const IDS = ['user_id', 'anonymous_id', 'session_id'] as const;

/** A dead letter, masked: its body, which may be no JSON any more, and every word about it. */
export function maskDead(dead: DeadEvent, masker: Masker): DeadEvent {
  const about = parsed(dead.body);
  return {
    ...dead,
    event_id: dead.event_id && masker.text(dead.event_id),
    event_name: masker.text(dead.event_name),
    message: maskMessage(dead.message, about ?? null, masker),
    body: about === undefined ? masker.text(dead.body) : maskBody(about, masker),
  };
}

/** Undefined: it was cut, or never was JSON. */
function parsed(body: string): JsonValue | undefined {
  try {
    return JSON.parse(body) as JsonValue;
  } catch {
    return undefined;
  }
}

function maskBody(body: JsonValue, masker: Masker): string {
  const masked = masker.value(body) ?? null;
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return JSON.stringify(masked);
  const ids = IDS.flatMap((key) => {
    const id = (body as JsonObject)[key];
    return typeof id === 'string' ? [[key, masker.id(id, key)] as const] : [];
  });
  return JSON.stringify({ ...(masked as JsonObject), ...Object.fromEntries(ids) });
}
