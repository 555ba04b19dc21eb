'use client';
import { useEffect, useRef } from 'react';
import type { PxClient } from './px-client.js';
import { useLatest } from './use-latest.js';
import { useHandle } from './px-context.js';

/** The PX of the nearest provider: always the same object. Without one it records nothing. */
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
  const latest = useLatest(properties);
  const isShown = useRef(false);
  useEffect(() => {
    isShown.current = true;
    // StrictMode runs effects twice; a reference lives through both.
    if (seen.current !== address) page(latest.current);
    seen.current = address;
    return () => {
      isShown.current = false;
      // What an Activity hides and shows again is viewed again. StrictMode is back within the turn.
      void Promise.resolve().then(() => {
        if (!isShown.current) seen.current = undefined;
      });
    };
  }, [page, address, latest]);
}
