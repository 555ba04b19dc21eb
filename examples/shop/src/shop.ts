import type { Analytics } from './analytics.js';
import { EMPTY_CART, quantityOf, totalsOf, withQuantity, type Totals } from './cart/cart.js';
import type { Category } from './catalogue/product.js';
import type { Order as ShelfOrder } from './catalogue/browse.js';
import { findProduct } from './catalogue/products.js';
import { euros } from './money.js';
import { deliversFree } from './signup/draft.js';
import type { Customer } from './signup/customer.js';
import type { ShopState } from './state/shop-state.js';
import type { Store } from './state/store.js';

/** Everything a visitor can do outside the two forms, each with the events it leaves behind. */
export interface Shop {
  viewProduct(productId: string): void;
  viewCart(): void;
  filter(category: Category | null): void;
  sort(order: ShelfOrder): void;
  toggleFavourite(productId: string): void;
  /** Puts more of a product in the basket, or takes some out with a negative number. */
  changeQuantity(productId: string, by: number): void;
  couponFailed(failure: { readonly reason: string; readonly waitedMs: number }): void;
  join(customer: Customer): void;
  place(orderId: string): void;
  signOut(): void;
}

/** The shop over its memory and its analytics. */
export function createShop({ store, analytics }: { store: Store; analytics: Analytics }): Shop {
  return {
    viewProduct(productId) {
      const product = findProduct(productId);
      if (!product) return;
      const { category, priceCents } = product;
      const price = euros(priceCents);
      analytics.track('product_viewed', { product_id: productId, category, price });
    },
    viewCart() {
      const { items, totalCents } = basketTotals(store.get());
      analytics.track('cart_viewed', { items, total: euros(totalCents) });
    },
    filter: (category) => analytics.act({ action: 'filter_changed', category: category ?? 'all' }),
    sort: (order) => analytics.act({ action: 'sort_changed', order }),
    toggleFavourite(productId) {
      const on = !store.get().favourites.includes(productId);
      store.update(({ favourites }) => ({
        favourites: on ? [...favourites, productId] : favourites.filter((id) => id !== productId),
      }));
      analytics.act({ action: 'favourite_toggled', product_id: productId, on });
    },
    changeQuantity(productId, by) {
      const product = findProduct(productId);
      if (!product) return;
      const before = quantityOf(store.get().cart, productId);
      store.update(({ cart }) => ({ cart: withQuantity(cart, productId, before + by) }));
      const changed = quantityOf(store.get().cart, productId) - before;
      if (changed === 0) return;
      analytics.track(changed > 0 ? 'product_added' : 'product_removed', {
        product_id: productId,
        price: euros(product.priceCents),
        quantity: Math.abs(changed),
      });
    },
    couponFailed({ reason, waitedMs }) {
      analytics.track('coupon_failed', { reason, waited_ms: waitedMs });
    },
    join: (customer) => store.update(() => ({ customer })),
    place(id) {
      const { items, totalCents } = basketTotals(store.get());
      store.update(() => ({ cart: EMPTY_CART, lastOrder: { id, items, totalCents } }));
    },
    signOut() {
      // Said first, while it is still known who is leaving.
      analytics.act({ action: 'signed_out' });
      analytics.reset();
      store.update(() => ({ customer: null, lastOrder: null }));
    },
  };
}

/** What the basket comes to for whoever is holding it. */
export function basketTotals({ cart, customer }: ShopState): Totals {
  return totalsOf(cart, { freeDelivery: customer !== null && deliversFree(customer.plan) });
}
