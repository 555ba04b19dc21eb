import type { SignUpStep, SignUpStepName } from './signup/steps.js';
import type { CheckoutStep, CheckoutStepName } from './checkout/steps.js';
import type { Reason } from './issue.js';

/** The small things people do, sent as `user_action`. */
export type UserAction =
  | { readonly action: 'filter_changed'; readonly category: string }
  | { readonly action: 'sort_changed'; readonly order: string }
  | { readonly action: 'favourite_toggled'; readonly product_id: string; readonly on: boolean }
  | { readonly action: 'signed_out' };

/**
 * Every event the shop tracks by name, with its properties. Money is in euros; `items` counts
 * units. Page views and clicks are not here: the SDK sends them by itself.
 */
export type ShopEvents = {
  readonly product_viewed: ProductProperties & { readonly category: string };
  readonly product_added: ProductProperties & { readonly quantity: number };
  readonly product_removed: ProductProperties & { readonly quantity: number };
  readonly cart_viewed: BasketProperties;
  readonly coupon_failed: { readonly reason: string; readonly waited_ms: number };
  readonly signup_started: { readonly from: string };
  readonly signup_step_viewed: SignUpProperties;
  readonly signup_step_completed: SignUpProperties;
  readonly signup_step_failed: SignUpProperties & FailureProperties;
  readonly signup_completed: { readonly plan: string };
  readonly checkout_started: BasketProperties;
  readonly checkout_step_failed: CheckoutProperties & FailureProperties;
  readonly checkout_completed: BasketProperties & { readonly order_id: string };
  readonly user_action: UserAction;
};

/** The name of an event the shop tracks. */
export type ShopEventName = keyof ShopEvents;

type ProductProperties = { readonly product_id: string; readonly price: number };
type BasketProperties = { readonly items: number; readonly total: number };
type SignUpProperties = { readonly step: SignUpStep; readonly step_name: SignUpStepName };
type CheckoutProperties = { readonly step: CheckoutStep; readonly step_name: CheckoutStepName };
type FailureProperties = { readonly field: string | null; readonly reason: Reason };
