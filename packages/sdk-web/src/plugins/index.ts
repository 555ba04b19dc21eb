import type { Plugin } from '@px-platform/sdk-core';
import { clicks } from './clicks.js';
import { deadClicks } from './dead-clicks.js';
import { errorClicks } from './error-clicks.js';
import { errors } from './errors.js';
import { forms } from './forms.js';
import { longFrames } from './long-frames.js';
import { network } from './network.js';
import { pageLeave } from './page-leave.js';
import { pageViews } from './page-views.js';
import { rageClicks } from './rage-clicks.js';
import { scroll } from './scroll.js';
import { thrashedCursor } from './thrashed-cursor.js';
import { vitals } from './vitals.js';

/**
 * THE list of captures: a new one is a file beside these and a line here. Errors stand first, before
 * what is made of them; what is told of a view when it ends stands before its page leave; and page views last, so
 * that all hear of the first.
 */
export const CAPTURES = {
  errors,
  network,
  clicks,
  rageClicks,
  deadClicks,
  errorClicks,
  thrashedCursor,
  longFrames,
  vitals,
  scroll,
  forms,
  pageLeave,
  pageViews,
} as const satisfies Readonly<Record<string, (options?: never) => Plugin>>;
