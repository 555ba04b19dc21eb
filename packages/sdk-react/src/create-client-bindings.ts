'use client';
import type { PxTypes } from '@px-platform/sdk-web';
import { bind, type Bindings } from './bind.js';
import { PXClientProvider, type PXClientProviderProps } from './client-provider.js';

/** `createBindings` for a PX that the page makes itself. */
export const createClientBindings = <T extends PxTypes>(): Bindings<T, PXClientProviderProps<T>> =>
  bind(PXClientProvider);
