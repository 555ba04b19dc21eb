import { EVENT_NAMES } from '@px-platform/protocol';
import type { Plugin } from '@px-platform/sdk-core';
import { onScrollDepth, percentOf } from '../dom/on-scroll-depth.js';
import { watchView } from '../watch-view.js';

/** How scrolling is recorded. */
export interface ScrollOptions {
  /** Depths worth an event, in percent of the content seen. @default [25, 50, 75, 90, 100] */
  readonly milestones?: readonly number[];
  /** A selector of the element that scrolls, where that is not the page. */
  readonly container?: string;
}

/** Records `scroll` when somebody first reaches a depth in a view; of several reached at once the deepest. */
export function scroll({
  milestones = [25, 50, 75, 90, 100],
  container,
}: ScrollOptions = {}): Plugin {
  return {
    name: 'scroll',
    setup(plugin) {
      let reached = 0;
      const currentView = watchView(plugin, () => {
        reached = 0;
      });
      return onScrollDepth(
        ({ px, height, top }) => {
          // A router that puts its next view to the top scrolls, too.
          if (top <= 0) return;
          const percent = percentOf(px, height);
          const depth = Math.max(0, ...milestones.filter((each) => each <= percent));
          if (depth <= reached) return;
          reached = depth;
          plugin.track(EVENT_NAMES.scroll, {
            view_id: currentView()?.event_id,
            depth_percent: depth,
            depth_px: px,
          });
        },
        { container },
      ).dispose;
    },
  };
}
