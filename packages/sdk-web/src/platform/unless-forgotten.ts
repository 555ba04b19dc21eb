import { listen } from '../dom/listen.js';

/** What is under way is answered within this time once the page is there again. */
const GRACE_MS = 1_000;

/**
 * The promise; or a rejection where the page was left, came back from the back/forward cache, and there is still
 * no answer: Firefox says nothing more of requests and transactions that began as the page left.
 */
export const unlessForgotten = <T>(promise: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = listen(globalThis, 'pageshow', (event) => {
      if ((event as PageTransitionEvent).persisted) setTimeout(reject, GRACE_MS, event);
    });
    void promise.then(resolve, reject).finally(stop);
  });
