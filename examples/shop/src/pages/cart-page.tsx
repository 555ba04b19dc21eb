import { Illustration } from '../art/illustration.js';
import { productLines } from '../cart/cart.js';
import { CouponForm } from '../components/coupon-form.js';
import { GiftWrap } from '../components/gift-wrap.js';
import { PageTitle } from '../components/page-title.js';
import { QuantityStepper } from '../components/quantity-stepper.js';
import { Summary } from '../components/summary.js';
import { formatCents } from '../money.js';
import { Link } from '../router/link.js';
import { useServices, useShopState, useVisit } from '../services.js';
import { basketTotals } from '../shop.js';

/** The basket. */
export function CartPage() {
  const { shop } = useServices();
  const state = useShopState();
  const lines = productLines(state.cart);
  const totals = basketTotals(state);
  useVisit(() => shop.viewCart());

  if (lines.length === 0) {
    return (
      <section className="notice" data-testid="cart-empty">
        <PageTitle>Your basket is asleep</PageTitle>
        <p>Nothing in it yet. The shelf is still lit.</p>
        <Link to="/" className="button">
          Look around
        </Link>
      </section>
    );
  }

  return (
    <section className="page">
      <PageTitle>Your basket</PageTitle>
      <div className="columns">
        <ul className="lines">
          {lines.map(({ product, quantity }) => (
            <li key={product.id} className="line" data-category={product.category}>
              <Link
                to={`/product/${product.id}`}
                className="tile tile-small"
                tabIndex={-1}
                aria-hidden
              >
                <Illustration productId={product.id} />
              </Link>
              <div className="line-text">
                <Link to={`/product/${product.id}`} className="line-name">
                  {product.name}
                </Link>
                <span className="line-each">{formatCents(product.priceCents)} each</span>
                <button
                  type="button"
                  className="text-button"
                  aria-label={`Remove ${product.name}`}
                  data-testid={`remove-${product.id}`}
                  onClick={() => shop.changeQuantity(product.id, -quantity)}
                >
                  Remove
                </button>
              </div>
              <QuantityStepper
                name={product.name}
                quantity={quantity}
                atLeast={1}
                onChange={(by) => shop.changeQuantity(product.id, by)}
              />
              <span className="line-price">{formatCents(product.priceCents * quantity)}</span>
            </li>
          ))}
        </ul>
        <aside className="panel" aria-label="Summary">
          <Summary totals={totals} />
          <CouponForm />
          <Link to="/checkout" className="button button-wide" data-testid="checkout-link">
            Check out
          </Link>
          <div className="panel-extras">
            <GiftWrap />
            {totals.deliveryCents > 0 && !state.customer && (
              <p>
                <Link to="/signup">Join</Link> for free delivery.
              </p>
            )}
          </div>
        </aside>
      </div>
    </section>
  );
}
