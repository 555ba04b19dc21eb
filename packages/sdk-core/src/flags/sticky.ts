import type { StickyAssignments } from '@px-platform/protocol/flags';
import type { KeyValueStorage } from '../platform.js';
import { digest } from './digest.js';
import { createKept } from './kept.js';

type Assignments = Readonly<Record<string, string>>;

/** People who share a browser; the one seen longest ago goes first. */
const MOST_UNITS = 10;

/**
 * Creates the memory of who was assigned what; one that remembers nothing where it is off. A unit is kept by its digest: after sign-out nobody can read here who it
 * was, and who comes back is found again.
 */
export function createSticky(storage: KeyValueStorage, isOn: boolean): StickyAssignments {
  const kept = createKept<Record<string, Assignments>>(storage, 'sticky');
  const nameOf = (attribute: string, value: string) => digest(`${attribute} ${value}`);
  return {
    read: (attribute, value) => (isOn ? kept.get()[nameOf(attribute, value)] : null),
    write(attribute, value, assignment, variant) {
      if (!isOn) return;
      const name = nameOf(attribute, value);
      const { [name]: own, ...others } = kept.get();
      const entries = [
        ...Object.entries(others),
        [name, { ...own, [assignment]: variant }] as const,
      ];
      kept.set(Object.fromEntries(entries.slice(-MOST_UNITS)) as Record<string, Assignments>);
    },
  };
}
