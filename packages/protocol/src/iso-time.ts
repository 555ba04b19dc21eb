/** A moment written as text. */
export interface IsoTime {
  /** Epoch milliseconds; where no offset is written, as if the text were in UTC. */
  readonly epochMs: number;
  readonly hasOffset: boolean;
}

const ISO =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

/**
 * Reads an ISO 8601 date or date-time; null for anything else. Unlike `Date.parse`, it takes no prose ("1" is no
 * year), makes no 2 March of 30 February, and gives the same answer in every time zone it runs in.
 */
export function readIsoTime(text: string): IsoTime | null {
  const [, date, time = '00:00', seconds = '00', fraction = '', offset = ''] = ISO.exec(text) ?? [];
  if (date === undefined) return null;
  const midnight = Date.parse(`${date}T00:00:00Z`);
  // A day that its month does not have is taken for one of the next month.
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(date)) return null;
  const [, sign = '', hours = '00', minutes = '00'] = /^([+-])(\d\d):?(\d\d)?$/.exec(offset) ?? [];
  const zone = sign === '' ? 'Z' : `${sign}${hours}:${minutes}`;
  const milliseconds = fraction.slice(0, 3).padEnd(3, '0');
  const epochMs = Date.parse(`${date}T${time}:${seconds}.${milliseconds}${zone}`);
  return Number.isNaN(epochMs) ? null : { epochMs, hasOffset: offset !== '' };
}
