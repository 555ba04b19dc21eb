import { EMPTY_CART, withQuantity, type Cart } from '../cart/cart.js';
import { findProduct } from '../catalogue/products.js';
import { PLANS } from '../signup/draft.js';
import type { Customer } from '../signup/customer.js';

/** Everything the shop remembers between visits. */
export interface ShopState {
  readonly cart: Cart;
  readonly favourites: readonly string[];
  readonly customer: Customer | null;
  readonly lastOrder: Order | null;
}

export interface Order {
  readonly id: string;
  readonly items: number;
  readonly totalCents: number;
}

export const EMPTY_STATE: ShopState = {
  cart: EMPTY_CART,
  favourites: [],
  customer: null,
  lastOrder: null,
};

/** Reads what was stored. Whatever is not as we would have written it is left out. */
export function parseShopState(text: string | null): ShopState {
  const stored = record(parseJson(text));
  return {
    cart: parseCart(record(stored['cart'])['lines']),
    favourites: list(stored['favourites']).filter(isProductId),
    customer: parseCustomer(record(stored['customer'])),
    lastOrder: parseOrder(record(stored['lastOrder'])),
  };
}

function parseCart(lines: unknown): Cart {
  return list(lines)
    .map(record)
    .reduce<Cart>((cart, { productId, quantity }) => {
      if (!isProductId(productId) || typeof quantity !== 'number') return cart;
      return withQuantity(cart, productId, quantity);
    }, EMPTY_CART);
}

function parseCustomer({
  id,
  name,
  email,
  plan,
  interests,
}: Record<string, unknown>): Customer | null {
  const known = PLANS.find((candidate) => candidate.id === plan);
  if (typeof id !== 'string' || typeof name !== 'string' || typeof email !== 'string' || !known) {
    return null;
  }
  return { id, name, email, plan: known.id, interests: list(interests).filter(isText) };
}

function parseOrder({ id, items, totalCents }: Record<string, unknown>): Order | null {
  if (typeof id !== 'string' || typeof items !== 'number' || typeof totalCents !== 'number') {
    return null;
  }
  return { id, items, totalCents };
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isProductId(value: unknown): value is string {
  return isText(value) && findProduct(value) !== undefined;
}
