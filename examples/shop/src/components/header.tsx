import { BasketIcon, MoonMark } from '../art/icons.js';
import { Link } from '../router/link.js';
import { useNotice, useShopState } from '../services.js';
import { basketTotals } from '../shop.js';

/** The bar on top: home, membership, basket. */
export function Header() {
  const state = useShopState();
  const { items } = basketTotals(state);
  const notice = useNotice();
  return (
    <header className="header">
      {notice !== '' && (
        <p className="notice" role="status" data-testid="notice">
          {notice}
        </p>
      )}
      <div className="header-inner">
        <Link to="/" className="wordmark" data-testid="home-link">
          <MoonMark />
          Small Hours
        </Link>
        <nav className="header-nav" aria-label="Shop">
          {state.customer ? (
            <Link to="/account" className="header-link" data-testid="account-link">
              {firstName(state.customer.name)}
            </Link>
          ) : (
            <Link to="/signup" className="header-link" data-testid="signup-link">
              Join
            </Link>
          )}
          <Link
            to="/cart"
            className="header-basket"
            data-testid="cart-link"
            aria-label={`Basket, ${items} ${items === 1 ? 'item' : 'items'}`}
          >
            <BasketIcon />
            <span className="header-count" data-testid="cart-count">
              {items}
            </span>
          </Link>
        </nav>
      </div>
    </header>
  );
}

function firstName(name: string): string {
  return name.split(' ')[0] ?? name;
}
