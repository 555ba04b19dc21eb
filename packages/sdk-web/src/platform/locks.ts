import type { KeyValueStorage, Locks } from '@px-platform/sdk-core';
import { listen } from '../dom/listen.js';

const LEASE_MS = 10_000;
const RENEW_MS = 3_000;
/** Browsers show one page's writes to another late: whose mark still stands after this has the lease. */
const SETTLE_MS = 100;

/**
 * Excludes every page of the origin through Web Locks. Without them (insecure pages, old browsers,
 * opaque origins) by a lease in the small store: there a page that died holds up the others for 10 s.
 * A page that goes into the back/forward cache lets go: one that others wait for would lose its place.
 */
export function createLocks({
  prefix,
  manager,
  storage,
}: {
  readonly prefix: string;
  /** The browser's; absent on insecure pages and in old browsers. */
  readonly manager: Pick<LockManager, 'request'> | undefined;
  readonly storage: Pick<KeyValueStorage, 'get' | 'set' | 'remove'>;
}): Locks {
  const lease: Locks['exclusive'] = async (name, run) => {
    const key = `lock:${name}`;
    const owner = ` ${Math.random()}`;
    const isOwn = () => storage.get(key)?.endsWith(owner);
    const leftMs = () => {
      const left = Number.parseFloat(storage.get(key) ?? '') - Date.now();
      // One from a clock since set back would last for ever: it counts as over.
      return left > 0 && left <= LEASE_MS ? left : 0;
    };
    const isHeld = () => Boolean(isOwn() && leftMs());
    const take = () => storage.set(key, Date.now() + LEASE_MS + owner);
    const letGo = () => {
      if (isOwn()) storage.remove(key);
    };
    do {
      for (let ms; (ms = leftMs()) > 0;) await storageEvent(ms);
      take();
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    } while (!isOwn());
    // A background page may be woken too late to renew it. It is not taken back from who has it now.
    const timer = setInterval(() => isHeld() && take(), RENEW_MS);
    const stop = listen(globalThis, 'pagehide', letGo);
    try {
      await run(isHeld);
    } finally {
      clearInterval(timer);
      stop();
      letGo();
    }
  };

  return {
    async exclusive(name, run) {
      if (!manager) return lease(name, run);
      for (;;) {
        const leaving = new AbortController();
        const { signal } = leaving;
        const stop = listen(globalThis, 'pagehide', () => leaving.abort());
        let running: Promise<void> | undefined;
        try {
          await manager.request(prefix + name, { signal }, () => {
            running = run(() => !signal.aborted);
            const left = new Promise<void>((resolve) => (signal.onabort = () => resolve()));
            return Promise.race([running, left]);
          });
        } catch {
          // Left while waiting, or refused, as in opaque origins. What `run` threw is the caller's.
        }
        stop();
        if (running) return running;
        if (!signal.aborted) return lease(name, run);
        await new Promise((resolve) => addEventListener('pageshow', resolve, { once: true }));
      }
    },
  };
}

/** Resolves when another page has changed something in the store, or after so long. */
const storageEvent = (ms: number) =>
  new Promise<void>((resolve) => {
    const stop = listen(globalThis, 'storage', () => done());
    const timer = setTimeout(() => done(), ms);
    const done = () => {
      stop();
      clearTimeout(timer);
      resolve();
    };
  });
