import { findProduct } from '../catalogue/products.js';
import { SIGN_UP_STEPS, type SignUpStep } from '../signup/steps.js';
import { CHECKOUT_STEPS, type CheckoutStep } from '../checkout/steps.js';

/** A place in the shop. */
export type Route =
  | { readonly page: 'catalogue' }
  | { readonly page: 'product'; readonly productId: string }
  | { readonly page: 'cart' }
  | { readonly page: 'signup'; readonly step: SignUpStep }
  | { readonly page: 'checkout'; readonly step: CheckoutStep }
  | { readonly page: 'order'; readonly orderId: string }
  | { readonly page: 'account' }
  | { readonly page: 'not-found' };

/** Reads a path. Anything unknown, an unknown product included, is the not-found page. */
export function parseRoute(pathname: string): Route {
  const [first, second, ...rest] = pathname.split('/').filter(Boolean);
  if (rest.length > 0) return { page: 'not-found' };
  if (first === undefined) return { page: 'catalogue' };
  if (first === 'product' && second !== undefined && findProduct(second)) {
    return { page: 'product', productId: second };
  }
  if (first === 'signup') {
    const step = SIGN_UP_STEPS.find(({ slug }) => slug === (second ?? ''))?.step;
    return step === undefined ? { page: 'not-found' } : { page: 'signup', step };
  }
  if (first === 'checkout') {
    const step = CHECKOUT_STEPS.find(({ slug }) => slug === (second ?? ''))?.step;
    return step === undefined ? { page: 'not-found' } : { page: 'checkout', step };
  }
  if (first === 'order' && second !== undefined) return { page: 'order', orderId: second };
  if (second !== undefined) return { page: 'not-found' };
  if (first === 'cart') return { page: 'cart' };
  if (first === 'account') return { page: 'account' };
  return { page: 'not-found' };
}

/** The path of a place: `parseRoute` read backwards. */
export function pathOf(route: Route): string {
  switch (route.page) {
    case 'catalogue':
      return '/';
    case 'product':
      return `/product/${route.productId}`;
    case 'cart':
      return '/cart';
    case 'signup':
      return joinSlug('/signup', SIGN_UP_STEPS[route.step - 1]?.slug);
    case 'checkout':
      return joinSlug('/checkout', CHECKOUT_STEPS[route.step - 1]?.slug);
    case 'order':
      return `/order/${route.orderId}`;
    case 'account':
      return '/account';
    case 'not-found':
      return '/404';
  }
}

/** What the browser's tab, and every event's page context, call a place. */
export function titleOf(route: Route): string {
  const name = pageName(route);
  return name === '' ? 'Small Hours: things for the quiet end of the day' : `${name} · Small Hours`;
}

function pageName(route: Route): string {
  switch (route.page) {
    case 'catalogue':
      return '';
    case 'product':
      return findProduct(route.productId)?.name ?? '';
    case 'cart':
      return 'Your basket';
    case 'signup':
      return `Join, step ${route.step} of ${SIGN_UP_STEPS.length}`;
    case 'checkout':
      return route.step === 1 ? 'Checkout: address' : 'Checkout: payment';
    case 'order':
      return 'Thank you';
    case 'account':
      return 'Your account';
    case 'not-found':
      return 'Nothing here';
  }
}

function joinSlug(base: string, slug: string | undefined): string {
  return slug ? `${base}/${slug}` : base;
}
