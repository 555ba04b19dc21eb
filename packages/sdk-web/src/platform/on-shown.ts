import { listen } from '../dom/listen.js';
import { hasDocument } from './has-browser.js';

/**
 * Runs at once, or, on a page that the browser prerenders, once it is shown: a page nobody came to
 * see is no visit.
 */
export function onShown(run: () => void): void {
  if (!hasDocument() || !(document as { prerendering?: boolean }).prerendering) return run();
  const stop = listen(document, 'prerenderingchange', () => {
    stop();
    run();
  });
}
