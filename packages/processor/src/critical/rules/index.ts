import type { CriticalRule } from '../rule.js';
import { errorBurstRule } from './error-burst.js';
import { paymentRule } from './payment.js';
import { rageClickRule } from './rage-click.js';
import { signUpRule } from './sign-up.js';

/** THE list of reasons to tell somebody at once. */
export const criticalRules: readonly CriticalRule[] = [
  signUpRule,
  paymentRule,
  errorBurstRule(),
  rageClickRule,
];
