import type { JsonObject, JsonValue } from '@px-platform/protocol';
import type { Exposure } from '@px-platform/protocol/flags';
import { digest } from './digest.js';

/** The properties of an `$exposure`, as names are on the wire. */
export const exposureProperties = (exposure: Exposure, revision: number): JsonObject => ({
  ...Object.fromEntries(
    Object.entries(exposure).map(([name, value]: [string, JsonValue]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  ),
  revision,
});

/** What tells an exposure from others: sixteen hex digits. */
export const exposureName = (session: string | null, properties: JsonObject): string => {
  const { experiment, variant, unit_type, unit_id, phase } = properties;
  return digest(JSON.stringify([session, experiment, variant, unit_type, unit_id, phase]));
};

/** Its event's id, the same whoever makes it. `time`: the 14 characters that a UUIDv7 has for it. */
export function exposureId(time: string, name: string): string {
  const tail = digest(name);
  // Of version 8: made from what it says.
  return `${time}8${tail.slice(0, 3)}-8${tail.slice(3, 6)}-${name.slice(4)}`;
}
