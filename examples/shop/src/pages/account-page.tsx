import { PageTitle } from '../components/page-title.js';
import { Link } from '../router/link.js';
import { useServices } from '../services.js';
import type { Customer } from '../signup/customer.js';
import { PLANS } from '../signup/draft.js';

/** A member's page. */
export function AccountPage({ customer }: { readonly customer: Customer }) {
  const { router, shop } = useServices();
  const plan = PLANS.find(({ id }) => id === customer.plan);
  return (
    <section className="notice" data-testid="signup-done">
      <PageTitle>Good evening, {customer.name}</PageTitle>
      <p>
        You are with us on <strong>{plan?.label}</strong>. {plan?.promise}
      </p>
      <div className="notice-actions">
        <Link to="/" className="button">
          To the shelf
        </Link>
        <button
          type="button"
          className="button button-quiet"
          data-testid="sign-out"
          onClick={() => {
            shop.signOut();
            router.navigate('/');
          }}
        >
          Sign out
        </button>
      </div>
    </section>
  );
}
