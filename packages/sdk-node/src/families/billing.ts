import type { FamilyHost, FamilyVerb } from './family.js';

/** A sum. Both members are said, or neither. */
export interface Money {
  /** In the smallest unit of the currency, an integer: 1234 for 12.34 €. */
  readonly amount: number;
  /** ISO 4217: `EUR`. */
  readonly currency: string;
}

/** What somebody subscribes to. */
export interface Plan {
  readonly plan: string;
  readonly subscription_id?: string;
  /** `month`, `year`… */
  readonly interval?: string;
  /** Seats, for example. */
  readonly quantity?: number;
}

type Paid = Money & { readonly invoice_id?: string };

/** What becomes of subscriptions and payments. Never a card's number. */
export interface BillingEvents {
  readonly trial_started: Plan & { readonly trial_days?: number };
  readonly trial_ended: Plan & { readonly converted: boolean };
  readonly subscription_started: Plan & Partial<Money>;
  readonly subscription_changed: Plan & Partial<Money> & { readonly previous_plan: string };
  readonly subscription_renewed: Plan & Partial<Money>;
  readonly subscription_cancelled: Plan & {
    readonly reason?: string;
    /** Whether it goes on until what is paid for is over. */
    readonly at_period_end?: boolean;
  };
  readonly invoice_paid: Paid;
  readonly payment_failed: Paid & {
    /** `card_declined`, `expired_card`… */
    readonly reason: string;
    /** 1 for the first. */
    readonly attempt?: number;
  };
  readonly refund_issued: Paid & { readonly reason?: string };
}

/**
 * Creates the verb of billing. An amount that is no integer, or has no currency, is left out, and `invalid_properties`
 * names it: a sum of cents and euros is worse than none.
 * @example
 * const billing = billingEvents(px);
 * billing('invoice_paid', { amount: toMinorUnits(12.34, 'EUR'), currency: 'EUR' }, { userId: 'ada' });
 */
export const billingEvents =
  (px: FamilyHost): FamilyVerb<BillingEvents> =>
  (event, properties, details) =>
    px.track(event, withMoney(properties), details);

/**
 * Turns 12.34 € into 1234, and 1234 yen into 1234: how many digits a currency has is ISO 4217's to say. Half a unit goes away
 * from nothing. Of what is no currency two digits are taken, and `billing` names it.
 */
export function toMinorUnits(amount: number, currency: string): number {
  // 1.005 × 100 is 100.49999999999999: what is beyond the digits that a number holds is noise.
  const units = Number((Math.abs(amount) * 10 ** digitsOf(currency)).toPrecision(15));
  return Math.sign(amount) * Math.round(units);
}

function digitsOf(currency: string): number {
  try {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency });
    return format.resolvedOptions().maximumFractionDigits ?? MOST_HAVE;
  } catch {
    return MOST_HAVE;
  }
}

const MOST_HAVE = 2;

/** Read as callers without types hand it over. */
function withMoney(given: object): object {
  const { amount, currency, ...rest } = Object(given) as Readonly<Record<string, unknown>>;
  if (amount === undefined && currency === undefined) return rest;
  const code = typeof currency === 'string' ? currency.toUpperCase() : '';
  const isAmount = Number.isSafeInteger(amount);
  const isCurrency = /^[A-Z]{3}$/.test(code);
  if (isAmount && isCurrency) return { ...rest, amount, currency: code };
  return {
    ...rest,
    invalid_properties: [...(isAmount ? [] : ['amount']), ...(isCurrency ? [] : ['currency'])],
  };
}
