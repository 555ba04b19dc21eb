import { describe, expect, it } from 'vitest';
import { browse } from './browse.js';
import { CATEGORIES } from './product.js';
import { PRODUCTS } from './products.js';

const ids = (options: Parameters<typeof browse>[1]) =>
  browse(PRODUCTS, options).map(({ id }) => id);

describe('browse', () => {
  it('shows everything as laid out when nothing is asked for', () => {
    expect(browse(PRODUCTS, { category: null, order: 'featured' })).toEqual(PRODUCTS);
  });

  it('keeps to one category', () => {
    expect(ids({ category: 'sip', order: 'featured' })).toEqual([
      'slow-kettle',
      'night-mug',
      'chamomile-tin',
    ]);
  });

  it('sorts by price both ways', () => {
    expect(ids({ category: 'light', order: 'price_up' })).toEqual([
      'beeswax-trio',
      'one-more-page',
      'moon-lamp',
    ]);
    expect(ids({ category: 'light', order: 'price_down' })[0]).toBe('moon-lamp');
  });

  it('sorts by name without its article', () => {
    expect(ids({ category: 'warm', order: 'name' })).toEqual([
      'door-cat',
      'felt-slippers',
      'long-blanket',
    ]);
  });
});

describe('the catalogue', () => {
  it('has unique ids, whole cents and something on every shelf', () => {
    expect(new Set(PRODUCTS.map(({ id }) => id)).size).toBe(PRODUCTS.length);
    for (const { id, priceCents } of PRODUCTS) {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(Number.isInteger(priceCents) && priceCents > 0).toBe(true);
    }
    for (const { id } of CATEGORIES) {
      expect(browse(PRODUCTS, { category: id, order: 'featured' })).not.toHaveLength(0);
    }
  });
});
