'use client';
import type { PxTypes } from '@px-platform/sdk-web';
import { bind, type Bindings } from './bind.js';
import { PXProvider } from './px-provider.js';

/**
 * The same hooks and components, held to types of your own: for a program of several projects. Where there is one, say
 * its types in the global interfaces.
 * @example
 * export const { useFlag, useTrack } = createBindings<ShopTypes>();
 */
export const createBindings = <T extends PxTypes>(): Bindings<T> => bind<T>(PXProvider);
