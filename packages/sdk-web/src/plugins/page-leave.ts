import { EVENT_NAMES, type PxEvent } from '@px-platform/protocol';
import type { Plugin } from '@px-platform/sdk-core';
import { countEngagement } from '../dom/engagement.js';
import { onScrollDepth, percentOf } from '../dom/on-scroll-depth.js';
import { watchView } from '../watch-view.js';

/** How page leaves are recorded. */
export interface PageLeaveOptions {
  /** After so many milliseconds without a sign of life nobody is reading any more. @default 30000 */
  readonly idleMs?: number;
  /** A selector of the element that scrolls, where that is not the page. */
  readonly container?: string;
}

/** A view that goes on for less is not told again. */
const WORTH_MS = 1_000;

/**
 * Records `page_leave` where a view ends, and whenever the page goes out of sight, which may be its
 * end. A view that goes on after that is told again, with larger figures: of one `view_id` the last counts.
 */
export function pageLeave({ idleMs = 30_000, container }: PageLeaveOptions = {}): Plugin {
  return {
    name: 'page-leave',
    setup(plugin) {
      const { track, elapsed, onHidden, onDispose } = plugin;
      const countEngaged = countEngagement({ elapsed, idleMs, onDispose });
      let since = elapsed();
      let engagedBefore = 0;
      let deepest = 0;
      let height = 0;
      let told = -WORTH_MS;

      const leave = (view: PxEvent | undefined) => {
        const engagedMs = Math.round(countEngaged() - engagedBefore);
        // A page that goes is told so up to three times, and once more where it is restored.
        if (!view || engagedMs < told + WORTH_MS) return;
        told = engagedMs;
        track(
          EVENT_NAMES.pageLeave,
          {
            view_id: view.event_id,
            duration_ms: Math.round(elapsed() - since),
            engaged_ms: engagedMs,
            max_scroll_px: height ? deepest : undefined,
            max_scroll_percent: height ? percentOf(deepest, height) : undefined,
          },
          { context: view.context },
        );
      };

      const currentView = watchView(plugin, (view) => {
        leave(view);
        since = elapsed();
        deepest = height = 0;
        told = -WORTH_MS;
        engagedBefore = countEngaged();
      });
      const scrolling = onScrollDepth(
        (depth) => {
          deepest = Math.max(deepest, depth.px);
          ({ height } = depth);
        },
        // Whoever presses something has seen how the page begins, though they never scroll.
        { container, types: 'scroll pointerdown keydown' },
      );
      onHidden(() => {
        scrolling.read();
        leave(currentView());
      });
      return scrolling.dispose;
    },
  };
}
