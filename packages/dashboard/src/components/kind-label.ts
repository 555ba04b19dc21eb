import type { EventKind } from '../live/event-filter.js';

/** Of a stored event that departs from the tracking plan. */
export const FLAGGED_LABEL = 'Off plan';

/** Each outcome in the words of the page, in the order of the chips. */
export const KIND_LABELS: Readonly<Record<EventKind, string>> = {
  stored: 'Stored',
  duplicate: 'Duplicate',
  rejected: 'Rejected',
  dead: 'Dead letter',
};
