import type { Category, Product } from './product.js';

/** Ways to lay out the shelf. */
export const ORDERS = [
  { id: 'featured', label: 'As we like them' },
  { id: 'price_up', label: 'Price, low to high' },
  { id: 'price_down', label: 'Price, high to low' },
  { id: 'name', label: 'Name, A to Z' },
] as const;

export type Order = (typeof ORDERS)[number]['id'];

/** The part of the shelf somebody asked for, in the order they asked for it. */
export function browse(
  products: readonly Product[],
  { category, order }: { readonly category: Category | null; readonly order: Order },
): readonly Product[] {
  const shown = products.filter((product) => category === null || product.category === category);
  switch (order) {
    case 'featured':
      return shown;
    case 'price_up':
      return [...shown].sort((a, b) => a.priceCents - b.priceCents);
    case 'price_down':
      return [...shown].sort((a, b) => b.priceCents - a.priceCents);
    case 'name':
      return [...shown].sort((a, b) => shelfName(a).localeCompare(shelfName(b), 'en'));
  }
}

/** "The long blanket" is found under L. */
function shelfName(product: Product): string {
  return product.name.replace(/^The /, '');
}
