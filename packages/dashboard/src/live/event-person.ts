import type { LiveEvent } from '@px-platform/protocol';
import type { EventFacts } from './event-facts.js';

/** Who did it, short enough for a row. */
export interface EventPerson {
  /** The id whole. */
  readonly id: string;
  readonly label: string;
  readonly known: boolean;
  /** 0–11, always the same for the same id. */
  readonly colour: number;
}

const COLOURS = 12;

/** The person of an event: their own id once known, the end of the device's id before. */
export function eventPerson(event: LiveEvent, facts: EventFacts): EventPerson | null {
  const known = facts.userId !== null;
  const id = facts.userId ?? facts.anonymousId ?? event.distinct_id;
  if (id === null) return null;
  return { id, label: known ? id : shortId(id), known, colour: hash(id) % COLOURS };
}

// A UUIDv7 begins with its time, so visitors of the same minute share its first characters: show the last.
function shortId(id: string): string {
  return id.length > 10 ? `…${id.slice(-6)}` : id;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}
