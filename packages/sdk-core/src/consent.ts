import type { KeyValueStorage } from './platform.js';

/**
 * `granted`: events flow. `pending`: they wait in memory for the person's answer.
 * `denied`: nothing is recorded.
 */
export type ConsentState = 'granted' | 'denied' | 'pending';

/** What recording is for. A person may agree to each apart. */
export type ConsentPurpose = 'analytics' | 'replay' | 'errors' | 'messages';

/** What the person has agreed to. */
export interface Consent {
  get(): ConsentState;
  /** Remembered across visits. */
  set(state: ConsentState): void;
}

const KEY = 'consent';
const STATES: readonly string[] = ['granted', 'denied', 'pending'] satisfies ConsentState[];

/** Whether a value is one of the consent states. */
export function isConsentState(value: unknown): value is ConsentState {
  return typeof value === 'string' && STATES.includes(value);
}

/** Creates the consent gate. What the person once said outlives the page's default. */
export function createConsent({
  storage,
  initial,
}: {
  readonly storage: KeyValueStorage;
  readonly initial: ConsentState;
}): Consent {
  let state = initial;
  return {
    // Read again each time: a choice made in one tab holds in all.
    get() {
      const stored = storage.get(KEY);
      if (isConsentState(stored)) state = stored;
      return state;
    },
    set(next) {
      state = next;
      storage.set(KEY, next);
    },
  };
}
