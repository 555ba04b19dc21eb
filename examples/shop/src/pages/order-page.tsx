import { Illustration } from '../art/illustration.js';
import { PageTitle } from '../components/page-title.js';
import { formatCents } from '../money.js';
import { Link } from '../router/link.js';
import type { Order } from '../state/shop-state.js';

/** Thanks for an order. */
export function OrderPage({ order }: { readonly order: Order }) {
  return (
    <section className="notice" data-testid="order-confirmed">
      <div className="notice-art" data-category="quiet">
        <Illustration productId="moon-lamp" />
      </div>
      <PageTitle>Sleep on it, it is done</PageTitle>
      <p>
        Order <strong data-testid="order-id">{order.id}</strong>: {order.items}{' '}
        {order.items === 1 ? 'thing' : 'things'} for {formatCents(order.totalCents)}. Nothing will
        arrive, since none of this exists. But thank you.
      </p>
      <Link to="/" className="button">
        Back to the shelf
      </Link>
    </section>
  );
}
