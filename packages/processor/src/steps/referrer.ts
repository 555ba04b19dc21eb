import { referrerClass } from '../referrer-class.js';
import type { Step } from './step.js';

/** What kind of source brought people here: an advertisement, a search, another site, nobody. */
export const referrerStep: Step = {
  name: 'referrer',
  enrich({ event }) {
    const found = referrerClass(event);
    return found ? { referrer_class: found } : {};
  },
};
