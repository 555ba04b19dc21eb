import { EVENT_NAMES, type PxEvent } from '@px-platform/protocol';
import type { Plugin } from '@px-platform/sdk-core';
import { createEngagement } from '../dom/engagement.js';
import { onScrollDepth, readScrollDepth, type ScrollDepth } from '../dom/on-scroll-depth.js';

/** How page leaves are recorded. */
export interface PageLeaveOptions {
  /** After so many milliseconds without a sign of life nobody is reading any more. @default 30000 */
  readonly idleMs?: number;
}

/**
 * Records `page_leave` where a view ends, and whenever the page goes out of sight, which may be its
 * end. A view that goes on after that is told again, with larger figures: of one `view_id` the last counts.
 */
export function pageLeave({ idleMs = 30_000 }: PageLeaveOptions = {}): Plugin {
  return {
    name: 'page-leave',
    setup({ track, elapsed, onEvent, onHidden, onDispose }) {
      const engagement = createEngagement({ elapsed, idleMs });
      onDispose(engagement.dispose);
      let view: PxEvent | null = null;
      let since = 0;
      let deepest: ScrollDepth | null = null;
      let told = -1;

      const see = (depth: ScrollDepth) => {
        if (depth.percent > (deepest?.percent ?? 0)) deepest = depth;
      };
      const leave = () => {
        const engagedMs = engagement.read();
        if (!view || engagedMs === told) return;
        told = engagedMs;
        track(
          EVENT_NAMES.pageLeave,
          {
            view_id: view.event_id,
            duration_ms: Math.round(elapsed() - since),
            engaged_ms: engagedMs,
            max_scroll_px: deepest?.px,
            max_scroll_percent: deepest?.percent,
          },
          { context: view.context },
        );
      };

      onEvent((event) => {
        if (event.event !== EVENT_NAMES.pageView) return;
        leave();
        view = event;
        since = elapsed();
        deepest = null;
        told = -1;
        engagement.reset();
      });
      onHidden(() => {
        see(readScrollDepth());
        leave();
      });
      return onScrollDepth(see);
    },
  };
}
