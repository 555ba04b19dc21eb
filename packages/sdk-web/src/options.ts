import type { CoreOptions, Plugin } from '@px-platform/sdk-core';

/** Captures by the name of their option: each a maker of a plugin, told its own options. */
export type Captures = Readonly<Record<string, (options?: never) => Plugin>>;

/** Which captures run by themselves, and how: `true`, `false`, or the capture's own options. */
export type AutocaptureOptions<C extends Captures> = {
  readonly [name in keyof C]?: OptionOf<C[name]>;
};

/** A maker without options is only on or off. */
type OptionOf<M> = M extends (options?: infer O) => Plugin
  ? unknown extends O
    ? boolean
    : boolean | Exclude<O, undefined>
  : boolean;

/** What `PX.init` can be told. */
export interface PxOptionsWith<C extends Captures> extends CoreOptions {
  /**
   * Where the collector is. The default is a path on the page's own origin, for a reverse proxy:
   * first-party requests need no CORS and are not blocked. An absolute URL works as well.
   * @default '/px'
   */
  readonly endpoint?: string;
  /** Which captures run by themselves; `false` turns all off. @default true: every one of them, with its defaults */
  readonly autocapture?: boolean | AutocaptureOptions<C>;
  /**
   * Whether nothing is recorded of bots. `true`: of browsers that say they are driven by a program
   * (`navigator.webdriver`). A function is asked about the user agent as well: pass `isbot` of the package of that name.
   * @default false
   */
  readonly filterBots?: boolean | ((userAgent: string) => boolean);
}

/** The captures that the options leave on. */
export function chooseCaptures(captures: Captures, autocapture: unknown): readonly Plugin[] {
  if (autocapture === false) return [];
  const chosen = Object(autocapture) as Readonly<Record<string, unknown>>;
  return Object.entries(captures)
    .filter(([name]) => chosen[name] !== false)
    .map(([name, create]) => create(Object(chosen[name]) as never));
}
