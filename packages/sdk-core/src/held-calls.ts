import type { ConsentPurpose, Consents } from './consent.js';
import { DROP_REASONS } from './errors.js';
import type { Ledger } from './ledger.js';

/** Calls that wait, in memory alone, for the person's answer. */
export interface HeldCalls {
  /** `key`: the event's, where the call will make one. */
  add(purpose: ConsentPurpose, key: string | undefined, make: () => void): void;
  /** Makes what is agreed to, in order, and lets go of what is refused. */
  settle(consents: Consents): void;
}

interface HeldCall {
  readonly purpose: ConsentPurpose;
  readonly key: string | undefined;
  readonly make: () => void;
}

/** Creates the list. Beyond its bound the oldest go, and are counted. */
export function createHeldCalls({
  ledger,
  most,
}: {
  readonly ledger: Pick<Ledger, 'accept' | 'drop'>;
  readonly most: number;
}): HeldCalls {
  let held: HeldCall[] = [];
  const drop = (call: HeldCall | undefined, reason: string) => {
    if (call?.key) ledger.drop(call.key, reason);
  };
  return {
    add(purpose, key, make) {
      if (key) ledger.accept(key);
      held.push({ purpose, key, make });
      if (held.length > most) drop(held.shift(), DROP_REASONS.queueFull);
    },
    settle(consents) {
      const due = held;
      held = due.filter(({ purpose }) => consents[purpose] === 'pending');
      for (const call of due) {
        if (consents[call.purpose] === 'granted') call.make();
        if (consents[call.purpose] === 'denied') drop(call, DROP_REASONS.consent);
      }
    },
  };
}
