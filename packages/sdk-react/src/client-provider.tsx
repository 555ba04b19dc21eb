'use client';
import type { JsonValue } from '@px-platform/protocol';
import type { FlagDocument } from '@px-platform/protocol/flags';
import type { FlagValues } from '@px-platform/sdk-core';
import type { DeclaredTypes, FlagAttributes, PxTypes } from '@px-platform/sdk-web';
import { useMemo, useState, type ReactNode } from 'react';
import type { PxClient } from './px-client.js';
import { createHandle, PxContext, type Handle } from './px-context.js';
import { createServed } from './served.js';
import { useFirstEffect } from './use-first-effect.js';

/** What a server may have known as it wrote the page. */
export interface ServedProps {
  /**
   * Flags that came with the page. What is drawn on the server, and drawn again as the page is hydrated, is decided by
   * these alone.
   */
  readonly bootstrap?: FlagDocument | FlagValues | undefined;
  /** What the server knew of the person as it wrote the page: flags are decided by it here as well. @default {} */
  readonly attributes?: FlagAttributes | undefined;
  /** Values of flags of which nothing is known, by key: what the client's `flags.defaults` say. @default {} */
  readonly defaults?: Readonly<Record<string, JsonValue>> | undefined;
  readonly children?: ReactNode;
}
export interface PXClientProviderProps<T extends PxTypes = DeclaredTypes> extends ServedProps {
  /** A PX that you start yourself. */
  readonly client: PxClient<T>;
}

/**
 * What is handed down. What came with the page does not change while the page is there, though props are made anew.
 * Everybody below looks again where `isStarted` is another.
 */
export function useProvided(client: PxClient, given: ServedProps, isStarted = false): Handle {
  const [{ served, attributes }] = useState(() => ({
    served: createServed(given),
    attributes: given.attributes,
  }));
  useFirstEffect(() => {
    // Once rules come, they decide by what the server's verdicts were reached by.
    if (attributes) void client.setFlagAttributes(attributes);
  }, [client, attributes]);
  return useMemo(
    () => createHandle(client, served),
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [client, served, isStarted],
  );
}

/**
 * Hands a PX that you start yourself to the hooks and components below it.
 * @example
 * <PXProvider client={PX}><App /></PXProvider>
 */
export function PXClientProvider({ client, children, ...given }: PXClientProviderProps) {
  return <PxContext.Provider value={useProvided(client, given)}>{children}</PxContext.Provider>;
}
