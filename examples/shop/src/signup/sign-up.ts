import type { Analytics } from '../analytics.js';
import type { Issue } from '../issue.js';
import { EMPTY_DRAFT, type Draft, type DraftField } from './draft.js';
import { createCustomer, type Customer } from './customer.js';
import { SIGN_UP_STEPS, signUpStep, type SignUpStep } from './steps.js';
import { validateStep } from './validate-step.js';

/** What pressing the step's button led to. */
export type SignUpOutcome =
  | { readonly status: 'refused'; readonly issues: readonly Issue<DraftField>[] }
  | { readonly status: 'next'; readonly step: SignUpStep }
  | { readonly status: 'joined'; readonly customer: Customer };

/** One person's way through the three steps, and the events it leaves behind. */
export interface SignUp {
  draft(): Draft;
  type(change: Partial<Draft>): void;
  /** The step to show when somebody asks for one: never past a step that is not done. */
  reachable(asked: SignUpStep): SignUpStep;
  view(step: SignUpStep, from: string): void;
  submit(step: SignUpStep): SignUpOutcome;
}

/** A sign-up that has not begun. After `joined` it is fresh again. */
export function createSignUp({ analytics }: { readonly analytics: Analytics }): SignUp {
  let draft = EMPTY_DRAFT;
  let started = false;

  return {
    draft: () => draft,
    type(change) {
      draft = { ...draft, ...change };
    },
    reachable(asked) {
      const undone = SIGN_UP_STEPS.find(({ step }) => validateStep(step, draft).length > 0);
      return undone && undone.step < asked ? undone.step : asked;
    },
    view(step, from) {
      if (!started) {
        started = true;
        analytics.track('signup_started', { from });
      }
      analytics.track('signup_step_viewed', signUpStep(step));
    },
    submit(step) {
      const issues = validateStep(step, draft);
      const [first] = issues;
      if (first) {
        // One failure an attempt, named by its first field: attempts can then simply be counted.
        const { field, reason } = first;
        analytics.track('signup_step_failed', { ...signUpStep(step), field, reason });
        return { status: 'refused', issues };
      }
      analytics.track('signup_step_completed', signUpStep(step));
      if (step !== 3) return { status: 'next', step: step === 1 ? 2 : 3 };

      // Step 3 is valid only with a plan; the fallback is for the compiler.
      const customer = createCustomer({ ...draft, plan: draft.plan ?? 'nap' });
      const { id, name, plan, interests } = customer;
      // Identified first, so that `signup_completed` is already the known person's.
      analytics.identify(id, { name, plan, interests });
      analytics.track('signup_completed', { plan });
      draft = EMPTY_DRAFT;
      started = false;
      return { status: 'joined', customer };
    },
  };
}
