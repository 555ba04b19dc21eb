import type { CoreOptions, Plugin } from '@px-platform/sdk-core';
import { CAPTURES } from './plugins/index.js';

/** Which captures run by themselves. */
export type AutocaptureOptions = { readonly [name in keyof typeof CAPTURES]?: boolean };

/** What `PX.init` can be told. */
export interface PxOptions extends CoreOptions {
  /**
   * Where the collector is. The default is a path on the page's own origin, for a reverse proxy:
   * first-party requests need no CORS and are not blocked. An absolute URL works as well.
   * @default '/px'
   */
  readonly endpoint?: string;
  /** Which captures run by themselves; `false` turns all off. @default { pageViews: true, clicks: true } */
  readonly autocapture?: boolean | AutocaptureOptions;
}

/** The captures that the options leave on. */
export function chooseCaptures(autocapture: unknown): readonly Plugin[] {
  if (autocapture === false) return [];
  const chosen = (
    typeof autocapture === 'object' && autocapture !== null ? autocapture : {}
  ) as AutocaptureOptions;
  const names = Object.keys(CAPTURES) as (keyof typeof CAPTURES)[];
  return names.filter((name) => chosen[name] !== false).map((name) => CAPTURES[name]());
}
