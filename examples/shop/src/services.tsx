import { createContext, use, useEffect, useRef, useSyncExternalStore } from 'react';
import type { Analytics } from './analytics.js';
import type { Checkout } from './checkout/checkout.js';
import type { CouponDesk } from './checkout/coupon-desk.js';
import type { PxConfig } from './px-config.js';
import type { Route } from './router/route.js';
import type { Router } from './router/router.js';
import type { Shop } from './shop.js';
import type { SignUp } from './signup/sign-up.js';
import type { ShopState } from './state/shop-state.js';
import type { Store } from './state/store.js';

/** What the pages are given to work with. Made once, in main.tsx. */
export interface Services {
  readonly router: Router;
  readonly store: Store;
  readonly shop: Shop;
  readonly signUp: SignUp;
  readonly checkout: Checkout;
  readonly couponDesk: CouponDesk;
  readonly analytics: Pick<Analytics, 'notice' | 'onNotice'>;
  readonly pxConfig: PxConfig | null;
}

const ServicesContext = createContext<Services | null>(null);

/** Hands the services to every page inside. */
export const ServicesProvider = ServicesContext.Provider;

/** The services of the shop this component is in. */
export function useServices(): Services {
  const services = use(ServicesContext);
  if (!services) throw new Error('useServices: there is no ServicesProvider above this component');
  return services;
}

/** The shop's state, now and after every change. */
export function useShopState(): ShopState {
  const { store } = useServices();
  return useSyncExternalStore(store.subscribe, store.get);
}

/** The line above the shop, now and whenever it is another. */
export function useNotice(): string {
  const { analytics } = useServices();
  return useSyncExternalStore(analytics.onNotice, analytics.notice);
}

/** Where the shop is, now and after every navigation. */
export function useRoute(): Route {
  const { router } = useServices();
  return useSyncExternalStore(router.subscribe, router.current);
}

/** Runs once each time a page is come to, in development's double-mounting too. */
export function useVisit(onVisit: () => void): void {
  const visited = useRef(false);
  useEffect(() => {
    if (visited.current) return;
    visited.current = true;
    onVisit();
  });
}
