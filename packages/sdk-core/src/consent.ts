import {
  CONSENT_PURPOSES,
  CONSENT_STATES,
  type ConsentChoice,
  type ConsentPurpose,
  type ConsentState,
} from '@px-platform/protocol';
import type { Disposer } from './disposer.js';
import { parseJson } from './parse-json.js';
import type { KeyValueStorage } from './platform.js';
import { createPublisher } from './publisher.js';

export type { ConsentChoice, ConsentPurpose, ConsentState };

/** Where consent stands, purpose by purpose. */
export type Consents = Readonly<Record<ConsentPurpose, ConsentState>>;

/** What the person has agreed to. */
export interface Consent {
  get(): Consents;
  /** Remembered across visits, but for what is pending. */
  set(choice: Partial<Consents>): void;
  /** Called when it has changed, here or, as soon as this page looks, in another tab. */
  onChange(listener: (consents: Consents) => void): Disposer;
}

/** Where the decision is kept. */
export const CONSENT_KEY = 'consent';
const STATES: readonly unknown[] = CONSENT_STATES;

/** The purposes that a value says something about; null where it says nothing. */
export function readConsent(choice: unknown): Partial<Consents> | null {
  const said = CONSENT_PURPOSES.map((purpose) => {
    const word = typeof choice === 'string' ? choice : (Object(choice) as Consents)[purpose];
    return [purpose, word] as const;
  }).filter(([, word]) => STATES.includes(word));
  return said.length > 0 ? (Object.fromEntries(said) as Consents) : null;
}

/** Creates the consent gate. What the person once said outlives the page's default, and what their browser says for them. */
export function createConsent({
  storage,
  initial,
  hasObjected,
  onListenerError,
}: {
  readonly storage: KeyValueStorage;
  readonly initial: ConsentChoice;
  /** The browser says for the person that they are not to be tracked. Faults of the page are none of its business. */
  readonly hasObjected: boolean;
  readonly onListenerError: (cause: unknown) => void;
}): Consent {
  const changes = createPublisher<Consents>(onListenerError);
  const byDefault = { ...readConsent('granted'), ...readConsent(initial) } as Consents;
  const base = hasObjected
    ? ({ ...readConsent('denied'), errors: byDefault.errors } as Consents)
    : byDefault;
  let stored: string | null = null;
  let consents = base;

  const change = (next: Consents) => {
    const isChange = JSON.stringify(next) !== JSON.stringify(consents);
    consents = next;
    if (isChange) changes.publish(next);
  };

  const get = () => {
    // Read again each time: a choice made in one tab holds in all.
    const text = storage.get(CONSENT_KEY);
    if (text !== stored) {
      stored = text;
      change({ ...base, ...readConsent(parseJson(text)) });
    }
    return consents;
  };
  get();

  return {
    get,
    set(choice) {
      const next = { ...get(), ...choice };
      const said = { ...readConsent(parseJson(stored)), ...choice };
      stored = JSON.stringify(said, (_, word: unknown) => (word === 'pending' ? undefined : word));
      storage.set(CONSENT_KEY, stored);
      if (stored === '{}') {
        stored = null;
        storage.remove(CONSENT_KEY);
      }
      change(next);
    },
    onChange: changes.listen,
  };
}
