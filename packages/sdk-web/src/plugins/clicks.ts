import { EVENT_NAMES } from '@px-platform/protocol';
import type { Plugin } from '@px-platform/sdk-core';
import { describeElement } from '../dom/describe-element.js';
import { onActionClick } from '../dom/on-click.js';

/** Records `click` on links, buttons and whatever the page marks with `data-px-click`. */
export function clicks(): Plugin {
  return {
    name: 'clicks',
    setup: ({ track }) =>
      onActionClick(({ actionable, x, y, event }) =>
        track(EVENT_NAMES.click, {
          ...describeElement(actionable),
          // Pressed by key, or by a screen reader: there is no place.
          ...(event.detail > 0 || event.button > 0 ? { x, y } : { keyboard: true }),
          middle: event.button > 0 || undefined,
        }),
      ),
  };
}
