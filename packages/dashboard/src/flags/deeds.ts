import type { DidDefinition, SegmentDefinition } from '@px-platform/protocol/flags';
import { timesOf } from '@px-platform/protocol/definitions';

/** How often, as a person chooses it. */
export type DeedHow = 'least' | 'most' | 'between' | 'never';

export const DEED_HOWS: readonly (readonly [how: DeedHow, label: string])[] = [
  ['least', 'at least'],
  ['most', 'at most'],
  ['between', 'between'],
  ['never', 'never'],
];

/** What a row begins with: whoever adds one names the event. */
export const NEW_DEED: DidDefinition = { event: '', atLeast: 1, withinDays: 30 };

export function newSegment(key: string): SegmentDefinition {
  return { key, did: [NEW_DEED] };
}

/** Which of the choices says it. Nothing is rewritten for it: a deed is changed where it is changed. */
export function howOf(deed: DidDefinition): DeedHow {
  const { atLeast, atMost } = timesOf(deed);
  if (atMost === Infinity) return 'least';
  if (atLeast > 0) return 'between';
  return atMost === 0 ? 'never' : 'most';
}

/** The deed with another choice, and of its numbers those that fit it. */
export function withHow(deed: DidDefinition, how: DeedHow): DidDefinition {
  const { event, withinDays } = deed;
  const { atLeast, atMost } = timesOf(deed);
  const least = Math.max(1, atLeast);
  const most = atMost === Infinity || atMost === 0 ? least : atMost;
  switch (how) {
    case 'least':
      return { event, atLeast: least, withinDays };
    case 'most':
      return { event, atMost: most, withinDays };
    case 'between':
      return { event, atLeast: least, atMost: Math.max(most, least + 1), withinDays };
    case 'never':
      return { event, atMost: 0, withinDays };
  }
}

/** Whether who never did any of it belongs: then it is of those who did anything at all, see `DidDefinition`. */
export function isOfAnybody(did: readonly DidDefinition[]): boolean {
  return did.length > 0 && did.every((deed) => timesOf(deed).atLeast === 0);
}

export function longestOf(did: readonly DidDefinition[]): number {
  return Math.max(0, ...did.map(({ withinDays }) => withinDays));
}
