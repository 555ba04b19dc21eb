import { FREE_DELIVERY_FROM_CENTS, type Totals } from '../cart/cart.js';
import { formatCents } from '../money.js';

/** What the basket comes to. */
export function Summary({ totals }: { readonly totals: Totals }) {
  const missingCents = FREE_DELIVERY_FROM_CENTS - totals.subtotalCents;
  return (
    <>
      <dl className="summary">
        <div>
          <dt>
            {totals.items} {totals.items === 1 ? 'thing' : 'things'}
          </dt>
          <dd>{formatCents(totals.subtotalCents)}</dd>
        </div>
        <div>
          <dt>Delivery</dt>
          <dd>{totals.deliveryCents === 0 ? 'Free' : formatCents(totals.deliveryCents)}</dd>
        </div>
        <div className="summary-total">
          <dt>Total</dt>
          <dd data-testid="cart-total">{formatCents(totals.totalCents)}</dd>
        </div>
      </dl>
      {totals.deliveryCents > 0 && (
        <p className="summary-note">{formatCents(missingCents)} more and delivery is free.</p>
      )}
    </>
  );
}
