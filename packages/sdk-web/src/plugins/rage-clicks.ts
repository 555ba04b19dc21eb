import { EVENT_NAMES } from '@px-platform/protocol';
import type { Plugin } from '@px-platform/sdk-core';
import { describeElement } from '../dom/describe-element.js';
import { onClickBurst } from '../dom/on-click-burst.js';

/** What counts as rage. */
export interface RageClickOptions {
  /** Clicks on one element, less than a second and 30 px apart, of which all but one went unanswered. @default 3 */
  readonly clicks?: number;
}

/**
 * Records `rage_click`, once for a burst, with its final count. Clicks that each do something, as on a
 * stepper or a pager, are not rage, however quick.
 */
export function rageClicks({ clicks: least = 3 }: RageClickOptions = {}): Plugin {
  return {
    name: 'rage-clicks',
    setup({ track, elapsed, onHidden }) {
      const bursts = onClickBurst({
        elapsed,
        listener({ element, clicks, unanswered, isDead, durationMs, x, y }) {
          if (clicks < least || unanswered < least - 1) return;
          track(EVENT_NAMES.rageClick, {
            ...describeElement(element),
            x,
            y,
            clicks,
            duration_ms: durationMs,
            dead: isDead,
          });
        },
      });
      onHidden(bursts.settle);
      return bursts.dispose;
    },
  };
}
