import { useState } from 'react';
import { Illustration } from '../art/illustration.js';
import { MAX_QUANTITY, quantityOf } from '../cart/cart.js';
import { CATEGORIES, type Product } from '../catalogue/product.js';
import { PRODUCTS } from '../catalogue/products.js';
import { FavouriteButton } from '../components/favourite-button.js';
import { GiftWrap } from '../components/gift-wrap.js';
import { PageTitle } from '../components/page-title.js';
import { ProductCard } from '../components/product-card.js';
import { QuantityStepper } from '../components/quantity-stepper.js';
import { formatCents } from '../money.js';
import { Link } from '../router/link.js';
import { useServices, useShopState, useVisit } from '../services.js';

/** One product, close up. */
export function ProductPage({ product }: { readonly product: Product }) {
  const { shop } = useServices();
  const { cart } = useShopState();
  const [quantity, setQuantity] = useState(1);
  const inBasket = quantityOf(cart, product.id);
  useVisit(() => shop.viewProduct(product.id));

  return (
    <>
      <article className="product" data-category={product.category}>
        <div className="tile tile-large">
          <Illustration productId={product.id} />
          <FavouriteButton product={product} />
        </div>
        <div className="product-text">
          <p className="product-shelf">{shelfLabel(product)}</p>
          <PageTitle>{product.name}</PageTitle>
          <p className="product-tagline">{product.tagline}</p>
          <p className="product-price">{formatCents(product.priceCents)}</p>
          <p>{product.description}</p>
          <ul className="product-facts">
            {product.facts.map((fact) => (
              <li key={fact}>{fact}</li>
            ))}
            {product.guide && (
              <li>
                <Link to={product.guide.path} data-testid="size-guide">
                  {product.guide.label}
                </Link>
              </li>
            )}
          </ul>
          <div className="product-buy">
            <QuantityStepper
              name={product.name}
              quantity={quantity}
              atLeast={1}
              onChange={(by) => setQuantity(quantity + by)}
            />
            <button
              type="button"
              className="button"
              data-testid="add-to-cart"
              disabled={inBasket >= MAX_QUANTITY}
              onClick={() => {
                shop.changeQuantity(product.id, quantity);
                setQuantity(1);
              }}
            >
              Add to basket
            </button>
            <GiftWrap />
          </div>
          <output className="product-in-basket" data-testid="in-cart">
            {inBasket > 0 && (
              <>
                {inBasket} in your basket. <Link to="/cart">Go to basket</Link>
              </>
            )}
          </output>
        </div>
      </article>
      <section className="shelf shelf-more" aria-labelledby="more">
        <h2 id="more">Keeps well with</h2>
        <ul className="cards cards-three">
          {companionsOf(product).map((companion) => (
            <ProductCard key={companion.id} product={companion} />
          ))}
        </ul>
      </section>
    </>
  );
}

function shelfLabel(product: Product): string {
  return CATEGORIES.find(({ id }) => id === product.category)?.label ?? '';
}

/** The next three on the shelf, which are from the other shelves. */
function companionsOf(product: Product): readonly Product[] {
  const at = PRODUCTS.indexOf(product);
  return [...PRODUCTS, ...PRODUCTS].slice(at + 1, at + 4);
}
