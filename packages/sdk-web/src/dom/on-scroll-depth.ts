import type { Disposer } from '@px-platform/sdk-core';
import { onPage } from './listen.js';

/** How far down a page somebody has got. */
export interface ScrollDepth {
  /** CSS pixels from the top of the content to the lower edge of what is seen. */
  readonly px: number;
  /** The same as a share of the content's height, 0 to 100. */
  readonly percent: number;
}

/** Reads the depth now, of the element that a selector names or of the page. It may make the browser lay out. */
export function readScrollDepth(container?: string): ScrollDepth {
  const page = document.scrollingElement ?? document.documentElement;
  const { scrollTop, clientHeight, scrollHeight } =
    (container && document.querySelector(container)) || page;
  const px = Math.round(scrollTop + clientHeight);
  // Zoomed pages end a fraction of a pixel early.
  return { px, percent: Math.min(100, Math.round((100 * (px + 1)) / Math.max(1, scrollHeight))) };
}

/** Calls the listener as somebody scrolls, at most once a frame, when the layout is known anyway. */
export function onScrollDepth(
  listener: (depth: ScrollDepth) => void,
  container?: string,
): Disposer {
  let frame = 0;
  const onScroll = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      listener(readScrollDepth(container));
    });
  };
  const stop = onPage('scroll', onScroll);
  return () => {
    stop();
    cancelAnimationFrame(frame);
  };
}
