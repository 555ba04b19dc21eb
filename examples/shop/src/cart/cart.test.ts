import { describe, expect, it } from 'vitest';
import {
  EMPTY_CART,
  MAX_QUANTITY,
  productLines,
  quantityOf,
  totalsOf,
  withQuantity,
} from './cart.js';

const mugs = (quantity: number) => withQuantity(EMPTY_CART, 'night-mug', quantity);

describe('withQuantity', () => {
  it('adds a line, changes it in place, and removes it at zero', () => {
    const two = withQuantity(mugs(1), 'moon-lamp', 1);
    const changed = withQuantity(two, 'night-mug', 3);
    expect(changed.lines).toEqual([
      { productId: 'night-mug', quantity: 3 },
      { productId: 'moon-lamp', quantity: 1 },
    ]);
    expect(withQuantity(changed, 'night-mug', 0).lines).toEqual([
      { productId: 'moon-lamp', quantity: 1 },
    ]);
  });

  it('stays within what we sell, whatever is asked', () => {
    expect(quantityOf(mugs(1_000), 'night-mug')).toBe(MAX_QUANTITY);
    expect(quantityOf(mugs(2.9), 'night-mug')).toBe(2);
    expect(mugs(-1)).toEqual(EMPTY_CART);
    expect(mugs(Number.NaN)).toEqual(EMPTY_CART);
  });
});

describe('totalsOf', () => {
  it('is nothing for an empty basket', () => {
    expect(totalsOf(EMPTY_CART)).toEqual({
      items: 0,
      subtotalCents: 0,
      deliveryCents: 0,
      totalCents: 0,
    });
  });

  it('adds delivery to a small basket', () => {
    expect(totalsOf(mugs(2))).toEqual({
      items: 2,
      subtotalCents: 3600,
      deliveryCents: 490,
      totalCents: 4090,
    });
  });

  it('delivers free from exactly 75 euros', () => {
    const just = withQuantity(withQuantity(EMPTY_CART, 'quiet-clock', 1), 'one-more-page', 1);
    expect(totalsOf(just)).toMatchObject({ subtotalCents: 7500, deliveryCents: 0 });
    const under = withQuantity(EMPTY_CART, 'pocket-radio', 1);
    expect(totalsOf(under)).toMatchObject({ subtotalCents: 7400, deliveryCents: 490 });
  });

  it('delivers free to members whose plan includes it', () => {
    expect(totalsOf(mugs(1), { freeDelivery: true }).deliveryCents).toBe(0);
  });

  it('ignores a stored product that is no longer sold', () => {
    const cart = { lines: [{ productId: 'sun-lamp', quantity: 2 }, ...mugs(1).lines] };
    expect(productLines(cart)).toHaveLength(1);
    expect(totalsOf(cart).items).toBe(1);
  });
});
