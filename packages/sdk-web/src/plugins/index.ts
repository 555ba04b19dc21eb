import type { Plugin } from '@px-platform/sdk-core';
import { clicks } from './clicks.js';
import { forms } from './forms.js';
import { pageLeave } from './page-leave.js';
import { pageViews } from './page-views.js';
import { scroll } from './scroll.js';

/** THE list of captures: a new one is a file beside these and a line here. */
export const CAPTURES = {
  pageLeave,
  scroll,
  forms,
  pageViews,
  clicks,
} as const satisfies Readonly<Record<string, (options?: never) => Plugin>>;
