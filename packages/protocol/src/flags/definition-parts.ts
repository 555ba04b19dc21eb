import { readIsoTime } from '../iso-time.js';
import type { FlagDefinition, RuleDefinition } from './definition.js';
import type { Tell } from './shape.js';

/** A rule of a flag, where it stands. */
export interface PlacedRule {
  readonly rule: RuleDefinition;
  readonly path: string;
  readonly environment: string;
}

/** Every rule of a flag, with its path. */
export function rulesOf(flag: FlagDefinition): readonly PlacedRule[] {
  return Object.entries(flag.environments).flatMap(([environment, { rules }]) =>
    rules.map((rule, index) => ({
      rule,
      environment,
      path: `environments.${environment}.rules[${index}]`,
    })),
  );
}

/** Tells what is wrong with a time, and gives it as epoch milliseconds. */
export function readTime(text: string | undefined, path: string, tell: Tell): number | null {
  if (text === undefined) return null;
  const time = readIsoTime(text);
  if (time?.hasOffset) return time.epochMs;
  tell(
    path,
    `is a time with its zone, such as "2026-03-01T00:00:00Z"; received ${JSON.stringify(text)}`,
  );
  return null;
}

/** Tells of ranges that are not within 0 to 1, or lie over one another. */
export function checkRanges(
  ranges: readonly (readonly [number, number])[],
  pathOf: (index: number) => string,
  tell: Tell,
): void {
  ranges.forEach(([from, to], index) => {
    if (from < 0 || to > 1 || from > to)
      tell(pathOf(index), `is from 0 to 1, the smaller number first; received [${from}, ${to}]`);
    const over = ranges.findIndex((other, place) => place < index && overlap(other, [from, to]));
    if (over !== -1) tell(pathOf(index), `lies over ${pathOf(over)}`);
  });
}

export function overlap(
  [from, to]: readonly [number, number],
  [otherFrom, otherTo]: readonly [number, number],
): boolean {
  return from < otherTo && otherFrom < to;
}
