import { EVENT_NAMES } from '@px-platform/protocol';
import type { Plugin } from '@px-platform/sdk-core';
import { onNavigate, type NavigationKind } from '../dom/on-navigate.js';
import { readLoadType, readPageAddress } from '../dom/page-address.js';

/** What makes another view of a single-page app, beside another path. */
export interface PageViewOptions {
  /** Fragments: only routes (`#/…`, `#!…`), all of them, or none. @default 'route' */
  readonly hash?: 'route' | boolean;
  /**
   * Queries: those that are pushed, not rewritten in place, as filters do at every key; every change;
   * none; or changes of these parameters. @default 'push'
   */
  readonly query?: 'push' | boolean | readonly string[];
}

/** Routers change the address first and the title a render later. */
const TITLE_MS = 100;

/**
 * Records `page_view`: the load, each new address of a single-page app, and returns from the back/forward
 * cache. A new address waits for its title, and for what a router says of it, but not beyond the next event, a flush or
 * the page's end.
 */
export function pageViews({ hash = 'route', query = 'push' }: PageViewOptions = {}): Plugin {
  const routeOf = ({ hash: fragment }: URL) =>
    hash === true || (hash && /^#[!/]/.test(fragment)) ? fragment : '';
  const queryOf = ({ search, searchParams }: URL) =>
    Array.isArray(query)
      ? JSON.stringify(query.map((name: string) => searchParams.getAll(name)))
      : query && search;
  const isAnotherView = (before: URL, after: URL, kind: NavigationKind) =>
    before.origin + before.pathname + routeOf(before) !==
      after.origin + after.pathname + routeOf(after) ||
    ((query !== 'push' || kind !== 'replace') && queryOf(before) !== queryOf(after));

  /** What a router has said, and of which page. */
  let said: { readonly page: string; readonly properties: object } | undefined;
  const pageOf = ({ pathname, hash }: URL) => pathname + hash;

  return {
    name: 'page-views',
    verbs: {
      route(route?: string, properties?: object) {
        said = { page: pageOf(readPageAddress()), properties: { ...properties, route } };
      },
    },
    setup({ track, now, elapsed, context, announce, beforeTrack, onHidden, onDispose }) {
      let current: URL | undefined;
      let since = 0;
      let timer: ReturnType<typeof setTimeout>;
      let pending: (() => void) | undefined;

      const settle = () => {
        clearTimeout(timer);
        const record = pending;
        pending = undefined;
        record?.();
      };
      const view = (kind: NavigationKind) => {
        const previous = current;
        const { href: url } = (current = readPageAddress());
        const page = pageOf(current);
        if (previous && kind !== 'restore' && !isAnotherView(previous, current, kind)) return;
        announce({ event: EVENT_NAMES.pageView });
        const at = now();
        const properties = {
          navigation: kind === 'load' ? readLoadType() : kind,
          previous_url: previous?.href,
          previous_duration_ms: previous && Math.round(elapsed() - since),
        };
        since = elapsed();
        pending = () => {
          const here = context();
          track(
            EVENT_NAMES.pageView,
            said?.page === page ? { ...properties, ...said.properties } : properties,
            {
              at,
              context: { ...here, page: { ...here.page, url } },
            },
          );
        };
        if (kind === 'load' || kind === 'restore') settle();
        else timer = setTimeout(settle, TITLE_MS);
      };

      beforeTrack(settle);
      onHidden(settle);
      onDispose(settle);
      view('load');
      return onNavigate(view);
    },
  };
}
