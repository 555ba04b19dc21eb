import { describe, expect, it } from 'vitest';
import { EMPTY_CART, withQuantity } from '../cart/cart.js';
import { EMPTY_STATE } from './shop-state.js';
import { createStore } from './store.js';

function storageWith(text: string | null) {
  let stored = text;
  return {
    getItem: () => stored,
    setItem: (_key: string, value: string) => void (stored = value),
  };
}

const customer = {
  id: 'cust_1',
  name: 'Ida',
  email: 'ida@night.example',
  plan: 'doze',
  interests: ['sip'],
} as const;

describe('the store', () => {
  it('remembers the basket, the favourites and the customer for the next visit', () => {
    const storage = storageWith(null);
    const cart = withQuantity(EMPTY_CART, 'night-mug', 2);
    const lastOrder = { id: 'SH-1', items: 2, totalCents: 4090 };
    createStore(storage).update(() => ({ cart, favourites: ['moon-lamp'], customer, lastOrder }));
    expect(createStore(storage).get()).toEqual({
      cart,
      favourites: ['moon-lamp'],
      customer,
      lastOrder,
    });
  });

  it.each([
    '{',
    '[]',
    '7',
    '{"cart":{"lines":[null,{"productId":"sun","quantity":1},{"productId":"night-mug"}]}}',
  ])('opens empty on %s', (text) => {
    expect(createStore(storageWith(text)).get()).toEqual(EMPTY_STATE);
  });

  it('works in memory where storage is forbidden', () => {
    const refuse = () => {
      throw new Error('SecurityError');
    };
    const store = createStore({ getItem: refuse, setItem: refuse });
    store.update(() => ({ favourites: ['moon-lamp'] }));
    expect(store.get().favourites).toEqual(['moon-lamp']);
  });

  it('tells listeners until they leave', () => {
    const store = createStore(null);
    let told = 0;
    const leave = store.subscribe(() => void told++);
    store.update(() => ({}));
    leave();
    store.update(() => ({}));
    expect(told).toBe(1);
  });
});
