import { EVENT_NAMES } from '@px-platform/protocol';
import type { Plugin } from '@px-platform/sdk-core';
import { describeElement } from '../dom/describe-element.js';
import { onClickBurst } from '../dom/on-click-burst.js';

/** Records `dead_click`, once for a burst, where a click on what looks clickable had no effect within 2.5 s. */
export function deadClicks(): Plugin {
  return {
    name: 'dead-clicks',
    setup({ track, elapsed, onHidden }) {
      const bursts = onClickBurst({
        elapsed,
        listener({ element, isActionable, clicks, isDead, durationMs, x, y }) {
          if (!isDead || !isActionable) return;
          track(EVENT_NAMES.deadClick, {
            ...describeElement(element),
            x,
            y,
            clicks,
            duration_ms: durationMs,
          });
        },
      });
      onHidden(bursts.settle);
      return bursts.dispose;
    },
  };
}
