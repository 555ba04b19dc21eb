import { useState } from 'react';
import { Evening } from '../art/evening.js';
import { browse, ORDERS, type Order } from '../catalogue/browse.js';
import { CATEGORIES, type Category } from '../catalogue/product.js';
import { PRODUCTS } from '../catalogue/products.js';
import { ProductCard } from '../components/product-card.js';
import { useServices } from '../services.js';

const FILTERS: readonly { readonly id: Category | null; readonly label: string }[] = [
  { id: null, label: 'All' },
  ...CATEGORIES,
];

/** The shelf, under its picture. */
export function CataloguePage() {
  const { shop } = useServices();
  const [category, setCategory] = useState<Category | null>(null);
  const [order, setOrder] = useState<Order>('featured');
  const products = browse(PRODUCTS, { category, order });

  return (
    <>
      <section className="hero">
        <Evening />
        <div className="hero-text">
          <h1 tabIndex={-1}>Things for the quiet end of the day.</h1>
          <p>Lamps that know when to stop. Kettles in no hurry. Everything soft, slow or lit.</p>
        </div>
      </section>
      <section className="shelf" aria-label="Products">
        <div className="shelf-bar">
          <fieldset className="chips" aria-label="Show">
            {FILTERS.map(({ id, label }) => (
              <button
                key={label}
                type="button"
                className="chip"
                aria-pressed={category === id}
                data-testid={`filter-${id ?? 'all'}`}
                onClick={() => {
                  setCategory(id);
                  shop.filter(id);
                }}
              >
                {label}
              </button>
            ))}
          </fieldset>
          <label className="sort">
            <span>Sort</span>
            <select
              value={order}
              data-testid="sort"
              onChange={(event) => {
                const chosen = ORDERS.find(({ id }) => id === event.target.value)?.id ?? 'featured';
                setOrder(chosen);
                shop.sort(chosen);
              }}
            >
              {ORDERS.map(({ id, label }) => (
                <option key={id} value={id}>
                  {label}
                </option>
              ))}
            </select>
          </label>
        </div>
        <ul className="cards">
          {products.map((product) => (
            <ProductCard key={product.id} product={product} />
          ))}
        </ul>
      </section>
    </>
  );
}
