import { useEffect, useRef } from 'react';
import { findProduct } from './catalogue/products.js';
import { Footer } from './components/footer.js';
import { Header } from './components/header.js';
import { AccountPage } from './pages/account-page.js';
import { CartPage } from './pages/cart-page.js';
import { CataloguePage } from './pages/catalogue-page.js';
import { CheckoutPage } from './pages/checkout-page.js';
import { NotFoundPage } from './pages/not-found-page.js';
import { OrderPage } from './pages/order-page.js';
import { ProductPage } from './pages/product-page.js';
import { SignUpPage } from './pages/sign-up-page.js';
import { Redirect } from './router/redirect.js';
import { pathOf, type Route } from './router/route.js';
import { useRoute, useServices, useShopState } from './services.js';
import { validateAddress } from './checkout/address.js';

/** The shop: a header, one page, a footer. */
export function App() {
  const route = useRoute();
  const path = pathOf(route);
  const main = useRef<HTMLElement>(null);
  const arrived = useRef(path);

  useEffect(() => {
    if (arrived.current === path) return;
    arrived.current = path;
    main.current?.querySelector('h1')?.focus({ preventScroll: true });
  }, [path]);

  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <Header />
      <main ref={main} id="main" tabIndex={-1}>
        <Page key={path} route={route} />
      </main>
      <Footer />
    </>
  );
}

/** The page for a place, or the way to the place that has to come first. */
function Page({ route }: { readonly route: Route }) {
  const { checkout, signUp } = useServices();
  const { cart, customer, lastOrder } = useShopState();
  switch (route.page) {
    case 'catalogue':
      return <CataloguePage />;
    case 'product': {
      const product = findProduct(route.productId);
      return product ? <ProductPage product={product} /> : <NotFoundPage />;
    }
    case 'cart':
      return <CartPage />;
    case 'signup': {
      if (customer) return <Redirect to="/account" />;
      const step = signUp.reachable(route.step);
      if (step !== route.step) return <Redirect to={pathOf({ page: 'signup', step })} />;
      return <SignUpPage step={step} />;
    }
    case 'checkout':
      if (cart.lines.length === 0) return <Redirect to="/cart" />;
      if (route.step === 2 && validateAddress(checkout.address()).length > 0) {
        return <Redirect to="/checkout" />;
      }
      return <CheckoutPage step={route.step} />;
    case 'order':
      return lastOrder?.id === route.orderId ? <OrderPage order={lastOrder} /> : <NotFoundPage />;
    case 'account':
      return customer ? <AccountPage customer={customer} /> : <Redirect to="/signup" />;
    case 'not-found':
      return <NotFoundPage />;
  }
}
