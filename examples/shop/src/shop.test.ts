import { describe, expect, it } from 'vitest';
import { recordedAnalytics } from './recorded-analytics.js';
import { basketTotals, createShop } from './shop.js';
import { createStore } from './state/store.js';

function opened() {
  const analytics = recordedAnalytics();
  const store = createStore(null);
  return { analytics, store, shop: createShop({ store, analytics }) };
}

const member = {
  id: 'cust_1',
  name: 'Ida',
  email: 'ida@night.example',
  plan: 'doze',
  interests: [],
} as const;

describe('the shop', () => {
  it('tells what went into the basket and what came out', () => {
    const { analytics, shop } = opened();
    shop.viewProduct('night-mug');
    shop.changeQuantity('night-mug', 2);
    shop.changeQuantity('night-mug', -1);
    shop.viewCart();
    const mug = { product_id: 'night-mug', price: 18 };
    expect(analytics.calls).toEqual([
      ['product_viewed', { ...mug, category: 'sip' }],
      ['product_added', { ...mug, quantity: 2 }],
      ['product_removed', { ...mug, quantity: 1 }],
      ['cart_viewed', { items: 1, total: 22.9 }],
    ]);
  });

  it('tells only what really changed', () => {
    const { analytics, shop } = opened();
    shop.changeQuantity('night-mug', 12);
    shop.changeQuantity('night-mug', 1);
    shop.changeQuantity('sun-lamp', 1);
    shop.viewProduct('sun-lamp');
    expect(analytics.calls).toEqual([
      ['product_added', { product_id: 'night-mug', price: 18, quantity: 9 }],
    ]);
  });

  it('sends small things as user_action', () => {
    const { analytics, shop } = opened();
    shop.filter('sip');
    shop.filter(null);
    shop.sort('price_up');
    shop.toggleFavourite('door-cat');
    shop.toggleFavourite('door-cat');
    expect(analytics.calls.map(([name]) => name)).toEqual(Array(5).fill('user_action'));
    expect(analytics.calls.map(([, properties]) => properties)).toEqual([
      { action: 'filter_changed', category: 'sip' },
      { action: 'filter_changed', category: 'all' },
      { action: 'sort_changed', order: 'price_up' },
      { action: 'favourite_toggled', product_id: 'door-cat', on: true },
      { action: 'favourite_toggled', product_id: 'door-cat', on: false },
    ]);
  });

  it('delivers free to a member whose plan says so', () => {
    const { shop, store } = opened();
    shop.changeQuantity('night-mug', 1);
    expect(basketTotals(store.get()).totalCents).toBe(2290);
    shop.join(member);
    expect(basketTotals(store.get()).totalCents).toBe(1800);
  });

  it('keeps the order and empties the basket', () => {
    const { shop, store } = opened();
    shop.changeQuantity('night-mug', 1);
    shop.place('SH-1');
    expect(store.get()).toMatchObject({
      cart: { lines: [] },
      lastOrder: { id: 'SH-1', items: 1, totalCents: 2290 },
    });
  });

  it('says goodbye before it forgets who is leaving', () => {
    const { analytics, shop, store } = opened();
    shop.join(member);
    shop.signOut();
    expect(analytics.calls).toEqual([['user_action', { action: 'signed_out' }], ['reset']]);
    expect(store.get().customer).toBeNull();
  });
});
