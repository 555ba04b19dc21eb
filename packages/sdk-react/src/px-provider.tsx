'use client';
import PX, { type DeclaredTypes, type PxOptions, type PxTypes } from '@px-platform/sdk-web';
import { useRef, useState, useSyncExternalStore } from 'react';
import { useProvided, type PXClientProviderProps, type ServedProps } from './client-provider.js';
import { PxContext } from './px-context.js';
import { useFirstEffect } from './use-first-effect.js';

/** A PX that you start yourself; or options, and the provider starts the page's PX with them, once. */
export type PXProviderProps<T extends PxTypes = DeclaredTypes> =
  | (PXClientProviderProps<T> & { readonly options?: undefined })
  | (ServedProps & {
      /** What `PX.init` takes. `bootstrap` and `defaults` are what its `flags` say, unless said here. */
      readonly options: PxOptions;
      readonly client?: undefined;
    });

const never = () => () => {};

/**
 * Hands PX to the hooks and components below it.
 * @example
 * <PXProvider options={{ apiKey: 'px_…', projectId: 'shop' }}><App /></PXProvider>
 */
export function PXProvider({
  client = PX,
  options,
  bootstrap,
  attributes,
  defaults,
  children,
}: PXProviderProps) {
  const flags = options?.flags || undefined;
  const from = bootstrap ?? flags?.bootstrap;
  const [isStarted, setStarted] = useState(false);
  const hasBegun = useRef(false);
  const wasHydrated = useRef(
    useSyncExternalStore(
      never,
      () => false,
      () => true,
    ),
  );
  const handle = useProvided(
    client,
    { bootstrap: from, attributes, defaults: defaults ?? flags?.defaults },
    isStarted,
  );

  useFirstEffect(() => {
    // StrictMode runs effects twice; a reference lives through both.
    if (!options || hasBegun.current) return;
    hasBegun.current = true;
    PX.init(
      from && options.flags !== false
        ? { ...options, flags: { ...flags, bootstrap: from } }
        : options,
    );
    // Everybody below looks again, before the first paint. Where a server has painted they look as they are hydrated:
    // another context would have React throw away what of its HTML still waits for its code.
    if (!wasHydrated.current && PX.flagsStatus() !== 'loading') setStarted(true);
  }, [options, flags, from]);

  return <PxContext.Provider value={handle}>{children}</PxContext.Provider>;
}
