'use client';
import type { FlagDocument } from '@px-platform/protocol/flags';
import type { FlagValues } from '@px-platform/sdk-core';
import PX, { type FlagAttributes, type PxOptions } from '@px-platform/sdk-web';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { PxContext, type Handle, type PxClient } from './px-context.js';
import { createServed } from './served.js';
import { useFirstEffect } from './use-route.js';

interface Shared {
  /**
   * Flags that came with the page. What is drawn on the server, and drawn again as the page is hydrated, is decided by
   * these alone. @default what `options.flags.bootstrap` is
   */
  readonly bootstrap?: FlagDocument | FlagValues | undefined;
  /** What the server knew of the person as it wrote the page: flags are decided by it here as well. @default {} */
  readonly attributes?: FlagAttributes | undefined;
  readonly children?: ReactNode;
}
/** A PX that you start yourself; or options, and the provider starts the page's PX with them, once. */
export type PXProviderProps = Shared &
  (
    | { readonly client: PxClient; readonly options?: undefined }
    | { readonly options: PxOptions; readonly client?: undefined }
  );

/** Whoever starts PX late, after a banner of consent for instance, has this long. */
const LONGEST_START_MS = 86_400_000;

/**
 * Hands PX to the hooks and components below it.
 * @example
 * <PXProvider options={{ apiKey: 'px_…', projectId: 'shop' }}><App /></PXProvider>
 */
export function PXProvider({
  client: given,
  options,
  bootstrap,
  attributes,
  children,
}: PXProviderProps) {
  const client: PxClient = given ?? PX;
  // What came with the page does not change while the page is there, though props are made anew at each render.
  const [first] = useState(() => {
    const flags = options?.flags || undefined;
    const from = bootstrap ?? flags?.bootstrap;
    return {
      from,
      attributes,
      served: createServed({ bootstrap: from, attributes, defaults: flags?.defaults }),
      listeners: new Set<() => void>(),
    };
  });
  // A start before the first paint has everybody below look again, before it.
  const [isStarted, setStarted] = useState(false);
  const hasBegun = useRef(false);
  const handle = useMemo<Handle>(
    () => ({
      client,
      served: first.served,
      onWake(listener) {
        first.listeners.add(listener);
        return () => first.listeners.delete(listener);
      },
    }),
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [client, first, isStarted],
  );

  useFirstEffect(() => {
    // StrictMode runs effects twice; a reference lives through both.
    if (hasBegun.current) return;
    hasBegun.current = true;
    const { from, attributes } = first;
    if (options) {
      const { flags } = options;
      PX.init(
        from && flags !== false ? { ...options, flags: { ...flags, bootstrap: from } } : options,
      );
    }
    // Once rules come, they decide by what the server's verdicts were reached by.
    if (attributes) void client.setFlagAttributes(attributes);
    if (options && PX.flagsStatus() !== 'loading') setStarted(true);
  }, [options, first, client]);

  useEffect(() => {
    if (client.flagsStatus() !== 'loading') return;
    let isOver = false;
    void client.whenFlagsReady(LONGEST_START_MS).then(() => {
      if (!isOver) for (const wake of first.listeners) wake();
    });
    return () => {
      isOver = true;
    };
  }, [client, first]);

  return <PxContext.Provider value={handle}>{children}</PxContext.Provider>;
}
