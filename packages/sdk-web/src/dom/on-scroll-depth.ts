import type { Disposer } from '@px-platform/sdk-core';
import { onPage } from './listen.js';

/** How far down a page somebody has got. CSS pixels. */
export interface ScrollDepth {
  /** From the top of the content to the lower edge of what is seen. */
  readonly px: number;
  /** Of the content. */
  readonly height: number;
  /** What is above of what is seen: 0 where nobody has scrolled. */
  readonly top: number;
}

/** The depth as a share of the content, 0 to 100. Zoomed pages end a fraction of a pixel early. */
export const percentOf = (px: number, height: number): number =>
  Math.min(100, Math.round((100 * (px + 1)) / height));

/** Tells the depth after each event of the types, at most once a frame, when the layout is known anyway. */
export function onScrollDepth(
  listener: (depth: ScrollDepth) => void,
  {
    container,
    types = 'scroll',
  }: {
    /** A selector of the element that scrolls. @default the page */
    readonly container?: string | undefined;
    /** Of events, beside each other with spaces. */
    readonly types?: string;
  } = {},
): { read(): void; readonly dispose: Disposer } {
  let frame = 0;
  const read = () => {
    frame = 0;
    const { scrollTop, clientHeight, scrollHeight } =
      (container && document.querySelector(container)) ||
      document.scrollingElement ||
      document.documentElement;
    const px = Math.round(scrollTop + clientHeight);
    listener({ px, height: scrollHeight, top: scrollTop });
  };
  const stop = onPage(types, () => {
    frame ||= requestAnimationFrame(read);
  });
  return {
    read,
    dispose() {
      stop();
      cancelAnimationFrame(frame);
    },
  };
}
