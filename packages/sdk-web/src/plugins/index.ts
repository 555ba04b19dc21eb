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
import { vitals } from './vitals.js';
import { thrashedCursor } from './thrashed-cursor.js';

/** THE list of captures: a new one is a file beside these and a line here. Those that hear others stand first. */
export const CAPTURES = {
  vitals,
  longFrames,
  errors,
  network,
  pageLeave,
  scroll,
  forms,
  pageViews,
  clicks,
  rageClicks,
  deadClicks,
  errorClicks,
  thrashedCursor,
} as const satisfies Readonly<Record<string, (options?: never) => Plugin>>;
