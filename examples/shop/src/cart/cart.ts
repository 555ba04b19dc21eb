import { findProduct } from '../catalogue/products.js';
import type { Product } from '../catalogue/product.js';

/** Products and how many of each, in the order they were first added. */
export interface Cart {
  readonly lines: readonly CartLine[];
}

export interface CartLine {
  readonly productId: string;
  readonly quantity: number;
}

/** What a basket comes to, in cents. */
export interface Totals {
  readonly items: number;
  readonly subtotalCents: number;
  readonly deliveryCents: number;
  readonly totalCents: number;
}

export const EMPTY_CART: Cart = { lines: [] };
export const MAX_QUANTITY = 9;
export const FREE_DELIVERY_FROM_CENTS = 7500;
const DELIVERY_CENTS = 490;

/** How many of a product are in the basket. */
export function quantityOf(cart: Cart, productId: string): number {
  return cart.lines.find((line) => line.productId === productId)?.quantity ?? 0;
}

/** The basket with a product's quantity set, kept within 0 and the most we sell; 0 removes it. */
export function withQuantity(cart: Cart, productId: string, quantity: number): Cart {
  const kept = Math.min(Math.max(Math.trunc(quantity) || 0, 0), MAX_QUANTITY);
  const known = cart.lines.some((line) => line.productId === productId);
  const lines = known
    ? cart.lines.map((line) => (line.productId === productId ? { ...line, quantity: kept } : line))
    : [...cart.lines, { productId, quantity: kept }];
  return { lines: lines.filter((line) => line.quantity > 0) };
}

/** The lines with their products. A product no longer sold is left out. */
export function productLines(cart: Cart): readonly { product: Product; quantity: number }[] {
  return cart.lines.flatMap(({ productId, quantity }) => {
    const product = findProduct(productId);
    return product ? [{ product, quantity }] : [];
  });
}

/** Adds a basket up. Delivery is free from a certain sum, or for members whose plan includes it. */
export function totalsOf(
  cart: Cart,
  { freeDelivery = false }: { readonly freeDelivery?: boolean } = {},
): Totals {
  const lines = productLines(cart);
  const items = lines.reduce((sum, line) => sum + line.quantity, 0);
  const subtotalCents = lines.reduce(
    (sum, line) => sum + line.product.priceCents * line.quantity,
    0,
  );
  const free = freeDelivery || items === 0 || subtotalCents >= FREE_DELIVERY_FROM_CENTS;
  const deliveryCents = free ? 0 : DELIVERY_CENTS;
  return { items, subtotalCents, deliveryCents, totalCents: subtotalCents + deliveryCents };
}
