import { readIsoTime } from '../iso-time.js';

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Epoch milliseconds of a time as they are or in ISO 8601; NaN for anything else. */
export const readMoment = (value: unknown): number => {
  if (typeof value === 'number') return value;
  return (typeof value === 'string' ? readIsoTime(value)?.epochMs : null) ?? NaN;
};

/** The same, or so long before (`-7d`) or after (`+2h`) now: `m`inutes, `h`ours, `d`ays of 24 hours, `w`eeks. */
export const readMomentBy = (value: unknown, now: number): number => {
  const [, count, unit] = /^([+-]\d+)([mhdw])$/.exec(String(value)) ?? [];
  const moment =
    unit === undefined
      ? readMoment(value)
      : now + Number(count) * UNITS[unit as keyof typeof UNITS];
  if (Number.isNaN(moment)) throw new Error(`unreadable time ${JSON.stringify(value)}`);
  return moment;
};
