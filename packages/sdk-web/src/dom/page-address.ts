/** The address of the page, and the parts of it that make it another view. */
export interface PageAddress {
  readonly url: string;
  readonly path: string;
  readonly search: string;
  readonly hash: string;
  /** The fragment where it is a route (`#/…`, `#!…`); a mere anchor is the same view. */
  readonly route: string;
}

/** Reads the address now. */
export function readPageAddress(): PageAddress {
  const { href, origin, pathname, search, hash } = location;
  const route = /^#[!/]/.test(hash) ? hash : '';
  return { url: href, path: origin + pathname, search, hash, route };
}

/** How this document was loaded, as the browser names it: navigate, reload, back_forward, prerender. */
export function readLoadType(): string {
  const [entry] = performance.getEntriesByType('navigation');
  return entry?.type ?? 'navigate';
}
