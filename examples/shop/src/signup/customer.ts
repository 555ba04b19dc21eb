import type { Draft, PlanId } from './draft.js';

/** Somebody who has joined. The password and the telephone number are not kept. */
export interface Customer {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly plan: PlanId;
  readonly interests: readonly string[];
}

/** The customer a finished draft makes. The same e-mail address is the same customer again. */
export function createCustomer(draft: Draft & { readonly plan: PlanId }): Customer {
  const email = draft.email.trim().toLowerCase();
  return {
    id: `cust_${fingerprint(email)}`,
    name: draft.name.trim(),
    email,
    plan: draft.plan,
    interests: draft.interests,
  };
}

/** FNV-1a: a real shop's server would hand out the id; this one has no server. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
