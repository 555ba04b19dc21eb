import { readIsoTime } from '../iso-time.js';
import type {
  DefinitionKind,
  DidDefinition,
  ExperimentDefinition,
  FlagDefinition,
  GroupDefinition,
  RuleDefinition,
  SegmentDefinition,
} from './definition.js';
import type { Tell } from './shape.js';

/** All that is not archived in a project. */
export interface Definitions {
  readonly flags: readonly FlagDefinition[];
  readonly experiments: readonly ExperimentDefinition[];
  readonly segments: readonly SegmentDefinition[];
  readonly groups: readonly GroupDefinition[];
}

/** What the list of each kind is called: in definitions, and in the API's addresses. */
export const DEFINITION_LISTS = {
  flag: 'flags',
  experiment: 'experiments',
  segment: 'segments',
  group: 'groups',
} as const satisfies Record<DefinitionKind, keyof Definitions>;

/** What a definition is held against: all others of the project, and the names of its environments. */
export interface Surroundings extends Definitions {
  readonly environments: readonly string[];
}

/** A rule of a flag, where it stands. */
export interface PlacedRule {
  readonly rule: RuleDefinition;
  readonly path: string;
  readonly environment: string;
  /** Its place there, from 0. */
  readonly index: number;
}

/** Every rule of a flag, with its path. */
export function rulesOf(flag: FlagDefinition): readonly PlacedRule[] {
  return Object.entries(flag.environments).flatMap(([environment, { rules }]) =>
    rules.map((rule, index) => ({
      rule,
      environment,
      index,
      path: `environments.${environment}.rules[${index}]`,
    })),
  );
}

/** How often something must have been done. Who did it at most so often need not have done it at all. */
export function timesOf({ atLeast, atMost = Infinity }: DidDefinition): {
  readonly atLeast: number;
  readonly atMost: number;
} {
  return { atLeast: atLeast ?? (atMost === Infinity ? 1 : 0), atMost };
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

/** The shortest way from a key back to itself, by what each asks for. */
export function wayBack(
  key: string,
  next: (key: string) => readonly string[],
): readonly string[] | null {
  const seen = new Set<string>();
  let trails: readonly (readonly string[])[] = [[key]];
  while (trails.length > 0) {
    const longer: (readonly string[])[] = [];
    for (const trail of trails) {
      for (const each of next(trail.at(-1) ?? key)) {
        if (each === key) return [...trail, each];
        if (!seen.has(each)) longer.push([...trail, each]);
        seen.add(each);
      }
    }
    trails = longer;
  }
  return null;
}

export const GROUP_OPERATORS: readonly string[] = ['$inGroup', '$notInGroup'];
export const SEGMENT_OPERATORS: readonly string[] = ['$inSegment'];

/** What a condition names by these operators, wherever they stand in it. */
export function namedIn(condition: unknown, operators: readonly string[]): readonly string[] {
  if (typeof condition !== 'object' || condition === null) return [];
  return Object.entries(condition).flatMap(([key, value]: [string, unknown]) =>
    operators.includes(key) && typeof value === 'string' ? [value] : namedIn(value, operators),
  );
}

export function names(condition: unknown, operators: readonly string[], name: string): boolean {
  return namedIn(condition, operators).includes(name);
}

export function segmentsIn(condition: unknown): readonly string[] {
  return namedIn(condition, SEGMENT_OPERATORS);
}

export function groupsOf({ groups }: { readonly groups: readonly GroupDefinition[] }) {
  return new Set(groups.map(({ key }) => key));
}
