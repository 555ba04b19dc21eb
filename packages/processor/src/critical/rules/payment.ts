import type { JsonObject } from '@px-platform/protocol';
import { PAYMENTS } from '../../event-kinds.js';
import type { CriticalRule } from '../rule.js';

/** Where products put the sum, the likelier name first. */
const AMOUNTS = ['revenue', 'amount', 'total', 'value', 'price'] as const;

/** Somebody has paid: `amount` and `currency`, where the event says them. */
export const paymentRule: CriticalRule = {
  name: 'payment',
  events: PAYMENTS,
  find({ enrichment: { properties } }) {
    const amount = AMOUNTS.map((name) => properties[name]).find(Number.isFinite);
    const { currency } = properties;
    const isCurrency = typeof currency === 'string' && /^[A-Za-z]{3}$/.test(currency);
    const detail: JsonObject = {
      ...(amount === undefined ? {} : { amount }),
      ...(isCurrency ? { currency: currency.toUpperCase() } : {}),
    };
    return { detail };
  },
};
