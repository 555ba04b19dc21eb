import { EVENT_NAMES } from '@px-platform/protocol';
import type { CriticalRule } from '../rule.js';

/** Somebody pounds on something that does not answer: how many `clicks`, where the event says it. */
export const rageClickRule: CriticalRule = {
  name: 'rage_click',
  events: [EVENT_NAMES.rageClick],
  find({ enrichment: { properties } }) {
    const { clicks } = properties;
    return { detail: typeof clicks === 'number' ? { clicks } : {} };
  },
};
