const NAMES = { 1: 'address', 2: 'payment' } as const;

export type CheckoutStep = keyof typeof NAMES;
export type CheckoutStepName = (typeof NAMES)[CheckoutStep];

/** The steps of paying, in order, with the last part of each one's address. */
export const CHECKOUT_STEPS = [
  { step: 1, slug: '', label: 'Address' },
  { step: 2, slug: 'payment', label: 'Payment' },
] as const;

/** What an event calls a step. */
export function checkoutStep(step: CheckoutStep): {
  step: CheckoutStep;
  step_name: CheckoutStepName;
} {
  return { step, step_name: NAMES[step] };
}
