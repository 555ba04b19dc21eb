import { QuestionError } from './analysis.js';

/** An interval that answers have a row for each of. */
export interface Interval {
  readonly ms: number;
  /** SQL: where the interval begins, in `{timezone:String}`, that a moment lies in. */
  readonly start: (at: string) => string;
  readonly step: string;
  /** SQL: a start as it is shown: a date in the zone, for hours ISO 8601 in UTC. */
  readonly shown: (start: string) => string;
}

export const INTERVALS = {
  hour: {
    ms: 3_600_000,
    start: (at) => `toStartOfHour(toDateTime(${at}, {timezone:String}))`,
    step: 'INTERVAL 1 HOUR',
    shown: (start) => `formatDateTime(${start}, '%Y-%m-%dT%H:%i:00.000Z', 'UTC')`,
  },
  day: {
    ms: 86_400_000,
    start: (at) => `toDate(${at}, {timezone:String})`,
    step: 'INTERVAL 1 DAY',
    shown: (start) => `toString(${start})`,
  },
  week: {
    ms: 604_800_000,
    start: (at) => `toMonday(toDate(${at}, {timezone:String}))`,
    step: 'INTERVAL 7 DAY',
    shown: (start) => `toString(${start})`,
  },
} as const satisfies Readonly<Record<string, Interval>>;

export type IntervalName = keyof typeof INTERVALS;

const LIST = new Intl.ListFormat('en-GB', { type: 'disjunction' });

/** Throws {@link QuestionError} for what is none of those a question knows. */
export function readInterval<Name extends IntervalName>(
  text: string,
  known: readonly Name[],
): Name {
  const found = known.find((name) => name === text);
  if (found !== undefined) return found;
  throw new QuestionError(
    `interval=${JSON.stringify(text.slice(0, 60))} is none. Use ${LIST.format(known)}.`,
  );
}
