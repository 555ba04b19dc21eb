import type { JsonValue } from '@px-platform/protocol';
import type { Masker } from './masker.js';

/** Shorter values are in many words. They are looked for in quotes only. */
const TELLING_CHARACTERS = 4;
/** So much of a value tells it, where a message shows its beginning. */
const BEGINNING = 24;

/** A message about an event, which may quote what the event said: also where only the key told that it is personal. */
export function maskMessage(message: string, about: JsonValue, masker: Masker): string {
  let masked = message;
  // The longest first: one value may be the beginning of another.
  const values = [...masker.masked(about)].sort(([a], [b]) => b.length - a.length);
  for (const [value, token] of values) {
    const quoted = JSON.stringify(value).slice(1, -1);
    if (quoted.length < TELLING_CHARACTERS) {
      masked = masked.replaceAll(`"${quoted}"`, `"${token}"`);
      continue;
    }
    masked = masked.replaceAll(value, token).replaceAll(quoted, token);
    if (quoted.length > BEGINNING) masked = replaceBeginning(masked, quoted, token);
  }
  return masker.text(masked);
}

/** A long value is cut in a message, with an ellipsis. */
function replaceBeginning(message: string, quoted: string, token: string): string {
  const start = message.indexOf(quoted.slice(0, BEGINNING));
  if (start === -1) return message;
  let end = start;
  while (end < message.length && message[end] === quoted[end - start]) end += 1;
  return message.slice(0, start) + token + message.slice(end);
}
