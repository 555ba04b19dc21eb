import { EMPTY_ENRICHMENT, LIMITS, type Enrichment } from '@px-platform/protocol';
import { boundedText } from './bounded-text.js';

/** Most characters of a text that a step found; what is longer is cut. */
export const TEXT_LENGTH = 500;

/** Addresses may be longer. Ids are never cut: the collector refuses those that are too long. */
const LENGTHS: Readonly<Partial<Record<keyof Enrichment, number>>> = {
  distinct_id: LIMITS.idLength,
  page_url: 2_000,
  page_path: 2_000,
  page_template: 2_000,
  referrer: 2_000,
};

/**
 * What a step found, with every text within its bound and well-formed, and without what is of another type than its
 * column: whatever a step forgets, and whoever has written into the log, nothing poisons a row.
 */
export function boundedFindings(found: Partial<Enrichment>): Partial<Enrichment> {
  let changed: Record<string, unknown> | undefined;
  for (const name in found) {
    const key = name as keyof Enrichment;
    const value = found[key];
    if (typeof value !== typeof EMPTY_ENRICHMENT[key]) {
      delete (changed ??= { ...found })[key];
    } else if (typeof value === 'string') {
      const bounded = boundedText(value, LENGTHS[key] ?? TEXT_LENGTH);
      // Most texts are as they should be: a copy is made only for one that is not.
      if (bounded !== value) (changed ??= { ...found })[key] = bounded;
    }
  }
  return (changed as Partial<Enrichment> | undefined) ?? found;
}
