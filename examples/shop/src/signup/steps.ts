const NAMES = { 1: 'account', 2: 'about_you', 3: 'preferences' } as const;

export type SignUpStep = keyof typeof NAMES;
export type SignUpStepName = (typeof NAMES)[SignUpStep];

/** The steps of signing up, in order, with the last part of each one's address. */
export const SIGN_UP_STEPS = [
  { step: 1, slug: '', label: 'Account' },
  { step: 2, slug: 'about-you', label: 'About you' },
  { step: 3, slug: 'preferences', label: 'Preferences' },
] as const;

/** What an event calls a step. */
export function signUpStep(step: SignUpStep): { step: SignUpStep; step_name: SignUpStepName } {
  return { step, step_name: NAMES[step] };
}
