import { SIGN_UPS } from '../../event-kinds.js';
import type { CriticalRule } from '../rule.js';

/** Somebody has made an account. */
export const signUpRule: CriticalRule = {
  name: 'sign_up',
  events: SIGN_UPS,
  find: () => ({ detail: {} }),
};
