import type { Plugin } from '@px-platform/sdk-core';
import { clicks } from './clicks.js';
import { pageViews } from './page-views.js';

/** THE list of captures: a new one is a file beside these and a line here. */
export const CAPTURES = { pageViews, clicks } as const satisfies Readonly<
  Record<string, (options?: never) => Plugin>
>;
