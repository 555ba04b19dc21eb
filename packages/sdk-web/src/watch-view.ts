import { EVENT_NAMES, type PxEvent } from '@px-platform/protocol';
import type { PluginContext } from '@px-platform/sdk-core';

/**
 * Follows the page's views. `onEnd` is called as a view ends, before the next is recorded; answers the
 * view that somebody is on, as it was recorded.
 */
export function watchView(
  { announce, beforeTrack, onEvent }: PluginContext,
  onEnd: (ended: PxEvent | undefined) => void,
): () => PxEvent | undefined {
  let view: PxEvent | undefined;
  const current = () => {
    // A view that waits for its title is recorded now.
    announce({});
    return view;
  };
  beforeTrack(({ event, at }) => {
    // A view with a time of its own was announced then, and is only recorded now.
    if (event !== EVENT_NAMES.pageView || (at && !view)) return;
    onEnd(current());
    view = undefined;
  });
  onEvent((event) => {
    if (event.event === EVENT_NAMES.pageView) view = event;
  });
  return current;
}
