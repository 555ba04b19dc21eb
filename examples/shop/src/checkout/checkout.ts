import type { Analytics } from '../analytics.js';
import type { Totals } from '../cart/cart.js';
import type { Issue } from '../issue.js';
import { euros } from '../money.js';
import { EMPTY_ADDRESS, validateAddress, type Address, type AddressField } from './address.js';
import { checkoutStep } from './steps.js';
import type { ToyBank } from './toy-bank.js';
import { validateCard, type Card, type CardField } from './toy-card.js';

/** What paying led to. */
export type PaymentOutcome =
  | { readonly status: 'refused'; readonly issues: readonly Issue<CardField>[] }
  | { readonly status: 'broken'; readonly error: unknown }
  | { readonly status: 'paid'; readonly orderId: string };

/** One person's way from basket to order, and the events it leaves behind. */
export interface Checkout {
  address(): Address;
  /** Starts a checkout; looking again at the same one does not start another. */
  begin(totals: Totals): void;
  submitAddress(address: Address): readonly Issue<AddressField>[];
  pay(card: Card, totals: Totals): Promise<PaymentOutcome>;
}

/** A checkout that has not begun. After `paid` it is fresh again. */
export function createCheckout({
  analytics,
  bank,
  newOrderId,
}: {
  readonly analytics: Analytics;
  readonly bank: ToyBank;
  readonly newOrderId: () => string;
}): Checkout {
  let address = EMPTY_ADDRESS;
  let started = false;

  return {
    address: () => address,
    begin({ items, totalCents }) {
      if (started) return;
      started = true;
      analytics.track('checkout_started', { items, total: euros(totalCents) });
    },
    submitAddress(typed) {
      address = typed;
      const issues = validateAddress(typed);
      const [first] = issues;
      if (first) {
        const { field, reason } = first;
        analytics.track('checkout_step_failed', { ...checkoutStep(1), field, reason });
      }
      return issues;
    },
    async pay(card, { items, totalCents }) {
      const issues = validateCard(card);
      const [first] = issues;
      if (first) {
        const { field, reason } = first;
        analytics.track('checkout_step_failed', { ...checkoutStep(2), field, reason });
        return { status: 'refused', issues };
      }
      try {
        await bank.pay({ postcode: address.postcode, totalCents });
      } catch (error) {
        const reason = 'payment_error';
        analytics.track('checkout_step_failed', { ...checkoutStep(2), field: null, reason });
        return { status: 'broken', error };
      }
      const orderId = newOrderId();
      const total = euros(totalCents);
      analytics.track('checkout_completed', { order_id: orderId, total, items });
      address = EMPTY_ADDRESS;
      started = false;
      return { status: 'paid', orderId };
    },
  };
}
