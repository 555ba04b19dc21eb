import type { FlagContext } from './context.js';

const ISO = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;
const UNITS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * Epoch milliseconds, of a number as it is and of ISO 8601: a day in UTC, or a time with its offset. NaN for anything
 * else. Narrower than `readIsoTime`, which would be a twelfth of the evaluator.
 */
export const readMoment = (value: unknown): number => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && ISO.test(value) ? Date.parse(value) : NaN;
};

/** The same, or so long before (`-7d`) or after (`+2h`) now: `m`inutes, `h`ours, `d`ays of 24 hours, `w`eeks. */
export const readMomentBy = (
  value: unknown,
  { now = Date.now() }: Pick<FlagContext, 'now'>,
): number => {
  const [, count, unit = ''] = /^([+-]\d+)([mhdw])$/.exec(String(value)) ?? [];
  const moment = count ? now + Number(count) * (UNITS[unit] ?? NaN) : readMoment(value);
  if (Number.isNaN(moment)) throw new Error(`not a time: ${String(value)}`);
  return moment;
};
