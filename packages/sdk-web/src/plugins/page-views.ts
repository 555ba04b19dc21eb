import { EVENT_NAMES } from '@px-platform/protocol';
import type { Plugin } from '@px-platform/sdk-core';
import { onNavigate, type NavigationKind } from '../dom/on-navigate.js';
import { readLoadType, readPageAddress, type PageAddress } from '../dom/page-address.js';

/** What makes another view of a single-page app, beside another path. */
export interface PageViewOptions {
  /** Fragments: only routes (`#/…`, `#!…`), all of them, or none. @default 'route' */
  readonly hash?: 'route' | boolean;
  /** Queries: those that are pushed, not rewritten in place; every change; none; or changes of these parameters. @default 'push' */
  readonly query?: 'push' | boolean | readonly string[];
}

/** Records `page_view`: the load, each new address of a single-page app, and returns from the back/forward cache. */
export function pageViews({ hash = 'route', query = 'push' }: PageViewOptions = {}): Plugin {
  return {
    name: 'page-views',
    setup({ track, elapsed }) {
      let current: PageAddress | null = null;
      let since = elapsed();

      const isAnotherView = (previous: PageAddress, next: PageAddress, kind: NavigationKind) =>
        previous.path !== next.path ||
        (hash === 'route' ? previous.route !== next.route : hash && previous.hash !== next.hash) ||
        hasAnotherQuery(previous.search, next.search, kind);

      // Filters and search fields rewrite the query at every key: by default only a push or a step
      // back makes that a view.
      const hasAnotherQuery = (previous: string, next: string, kind: NavigationKind): boolean => {
        if (query === 'push') return kind !== 'replace' && previous !== next;
        if (typeof query === 'boolean') return query && previous !== next;
        const [before, after] = [previous, next].map((search) => new URLSearchParams(search));
        return query.some((name) => before?.get(name) !== after?.get(name));
      };

      const view = (kind: NavigationKind) => {
        const next = readPageAddress();
        const previous = current;
        current = next;
        if (previous && kind !== 'restore' && !isAnotherView(previous, next, kind)) return;
        const now = elapsed();
        track(EVENT_NAMES.pageView, {
          navigation: kind === 'load' ? readLoadType() : kind,
          ...(previous
            ? { previous_url: previous.url, previous_duration_ms: Math.round(now - since) }
            : {}),
        });
        since = now;
      };

      view('load');
      return onNavigate(view);
    },
  };
}
