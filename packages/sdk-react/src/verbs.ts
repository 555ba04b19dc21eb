'use client';
import { useEffect, useRef } from 'react';
import { useHandle, type PxClient } from './px-context.js';

/** The PX of the nearest provider; without one, the page's. Always the same object. */
export const usePX = (): PxClient => useHandle().client;

/**
 * `track` of PX: the same function at every render.
 * @example
 * const track = useTrack();
 * <button onClick={() => track('plan_chosen', { plan: 'pro' })}>Pro</button>
 */
export const useTrack = (): PxClient['track'] => usePX().track;

/** `identify` of PX: the same function at every render. */
export const useIdentify = (): PxClient['identify'] => usePX().identify;

/**
 * Records a `page_view` as a component is shown, and again whenever `address` is another. For routers that the automatic
 * capture does not see: turn `autocapture.pageViews` off beside it, or views count twice.
 */
export function usePageView(address: string, properties?: object): void {
  const { page } = usePX();
  const seen = useRef<string>(undefined);
  const latest = useRef(properties);
  useEffect(() => {
    latest.current = properties;
  });
  useEffect(() => {
    // StrictMode runs effects twice; a reference lives through both.
    if (seen.current === address) return;
    seen.current = address;
    page(latest.current);
  }, [page, address]);
}
