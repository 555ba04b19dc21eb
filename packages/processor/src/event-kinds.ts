import { EVENT_NAMES } from '@px-platform/protocol';

/** Names by which products tell of a new account, in the form that {@link plainName} gives. */
export const SIGN_UPS: readonly string[] = [
  'sign_up',
  'signup',
  'signed_up',
  'sign_up_completed',
  'signup_completed',
  'user_signed_up',
  'account_created',
  'registration_completed',
];

/** Names by which they tell that somebody paid. */
export const PAYMENTS: readonly string[] = [
  'purchase',
  'purchase_completed',
  'order_completed',
  'checkout_completed',
  'payment_completed',
  'payment_succeeded',
  'subscription_started',
];

/** Events that tell of somebody's annoyance. */
export const FRUSTRATIONS: readonly string[] = [
  EVENT_NAMES.rageClick,
  EVENT_NAMES.deadClick,
  EVENT_NAMES.errorClick,
  EVENT_NAMES.thrashedCursor,
  EVENT_NAMES.formAbandon,
];

/** `Order Completed` and `order-completed` are `order_completed`. The same is done in SQL: see `minute-source.ts`. */
export function plainName(event: string): string {
  return event.toLowerCase().replace(/[ .-]+/g, '_');
}
