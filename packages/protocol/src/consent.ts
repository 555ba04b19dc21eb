/** What recording is for, in the order of the letters of {@link EventContext.consent}. A person may agree to each apart. */
export const CONSENT_PURPOSES = ['analytics', 'replay', 'errors', 'messages'] as const;
export type ConsentPurpose = (typeof CONSENT_PURPOSES)[number];

/**
 * `granted`: events flow. `pending`: they wait in memory for the person's answer.
 * `denied`: nothing is recorded.
 */
export const CONSENT_STATES = ['granted', 'denied', 'pending'] as const;
export type ConsentState = (typeof CONSENT_STATES)[number];

/** One word for every purpose, or a word for some. */
export type ConsentChoice = ConsentState | { readonly [purpose in ConsentPurpose]?: ConsentState };

const STATES: readonly unknown[] = CONSENT_STATES;
const LETTERS: Readonly<Record<string, ConsentState>> = { g: 'granted', d: 'denied', p: 'pending' };
const WRITTEN = /^[gdp-]{4}$/;

/**
 * The consent under which an event was captured, as it is stored: `analytics=granted replay=denied`. From letters as SDKs send
 * them, or from the words that `setConsent` takes; purposes it says nothing of are left out. Empty where nothing can be read.
 */
export function consentText(given: unknown): string {
  const said = (purpose: ConsentPurpose, place: number): unknown => {
    if (typeof given === 'string')
      return WRITTEN.test(given) ? LETTERS[given.charAt(place)] : given;
    return typeof given === 'object' && given !== null && Object.hasOwn(given, purpose)
      ? (given as Partial<Record<ConsentPurpose, unknown>>)[purpose]
      : undefined;
  };
  return CONSENT_PURPOSES.map((purpose, place) => [purpose, said(purpose, place)] as const)
    .filter(([, state]) => STATES.includes(state))
    .map(([purpose, state]) => `${purpose}=${String(state)}`)
    .join(' ');
}
