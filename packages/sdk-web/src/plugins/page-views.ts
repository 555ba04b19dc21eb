import { EVENT_NAMES } from '@px-platform/protocol';
import type { Plugin } from '@px-platform/sdk-core';
import { onNavigate, type NavigationKind } from '../dom/on-navigate.js';
import { readLoadType, readPageAddress, type PageAddress } from '../dom/page-address.js';

/** Records `page_view`: the load, each new address of a single-page app, and returns from the back/forward cache. */
export function pageViews(): Plugin {
  return {
    name: 'page-views',
    setup({ track, elapsed }) {
      let current: PageAddress | null = null;
      let since = elapsed();

      const view = (kind: NavigationKind) => {
        const next = readPageAddress();
        const previous = current;
        if (previous && kind !== 'restore' && !isAnotherView(previous, next, kind)) {
          current = next;
          return;
        }
        const now = elapsed();
        track(EVENT_NAMES.pageView, {
          navigation: kind === 'load' ? readLoadType() : kind,
          ...(previous
            ? { previous_url: previous.url, previous_duration_ms: Math.round(now - since) }
            : {}),
        });
        current = next;
        since = now;
      };

      view('load');
      return onNavigate(view);
    },
  };
}

/** Filters and search fields rewrite the query at every key: only a push or a step back makes that a view. */
function isAnotherView(previous: PageAddress, next: PageAddress, kind: NavigationKind): boolean {
  if (previous.path !== next.path || previous.route !== next.route) return true;
  return kind !== 'replace' && previous.search !== next.search;
}
