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
  const lease = async (name: string, hold: (isOwn: () => boolean) => Promise<unknown>) => {
    const key = `lock:${name}`;
    const owner = ` ${Math.random()}`;
    const isOwn = () => (storage.get(key) ?? '').endsWith(owner);
    const take = () => storage.set(key, Date.now() + LEASE_MS + owner);
    do {
      for (;;) {
        const leftMs = Number.parseFloat(storage.get(key) ?? '') - Date.now();
        // One from a clock since set back would last for ever: it counts as over.
        if (!(leftMs > 0 && leftMs <= LEASE_MS)) break;
        await storageEvent(leftMs);
      }
      take();
      await sleep(SETTLE_MS);
    } while (!isOwn());
    // A page in the background may be woken too late to renew it. What another took is not taken back.
    const timer = setInterval(() => isOwn() && take(), RENEW_MS);
    try {
      await hold(isOwn);
    } finally {
      clearInterval(timer);
      if (isOwn()) storage.remove(key);
    }
  };

  const exclusive: Locks['exclusive'] = async (name, run) => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const left = new Promise((resolve) => (signal.onabort = resolve));
    const stop = listen(globalThis, 'pagehide', () => leaving.abort());
    let running: Promise<void> | undefined;
    const hold = (isOwn = () => true) => {
      running = run(() => isOwn() && !signal.aborted);
      return Promise.race([running, left]);
    };
    try {
      await manager?.request(prefix + name, { signal }, () => hold());
    } catch {
      // Left while waiting, or refused, as in opaque origins. What `run` threw is the caller's.
    }
    if (!running && !signal.aborted) await lease(name, hold).catch(() => {});
    stop();
    if (running) return running;
    await new Promise((resolve) => addEventListener('pageshow', resolve, { once: true }));
    return exclusive(name, run);
  };
  return { exclusive };
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Resolves when another page has changed something in the store, or after so long. */
const storageEvent = (ms: number) =>
  Promise.race([
    sleep(ms),
    new Promise((resolve) => addEventListener('storage', resolve, { once: true })),
  ]);
