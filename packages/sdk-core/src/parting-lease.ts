import type { Clock, KeyValueStorage } from './platform.js';

/**
 * A word from a page that sent events while going out of sight: what is no newer than the newest of
 * them may be under way, and is left alone until the answer is in. The lock cannot say this: a
 * vanishing page has no time to wait for it.
 */
export interface PartingLease {
  /** From here on, for events up to this key. */
  hold(key: string): void;
  release(): void;
  /** The key up to which another page has events under way; empty if none has. */
  heldUpTo(): string;
}

const KEY = 'parting';
/** Longer than nearly every answer takes; a page that died holds events no longer than this. */
export const PARTING_LEASE_MS = 10_000;

/** Creates the lease. There is one for the origin: the last page that went is the one to wait for. */
export function createPartingLease({
  storage,
  clock,
}: {
  readonly storage: KeyValueStorage;
  readonly clock: Pick<Clock, 'now'>;
}): PartingLease {
  let own = '';
  return {
    hold(key) {
      own = `${clock.now() + PARTING_LEASE_MS} ${key}`;
      storage.set(KEY, own);
    },
    release() {
      if (storage.get(KEY) === own) storage.remove(KEY);
    },
    heldUpTo() {
      const text = storage.get(KEY) ?? '';
      const [until, key = ''] = text.split(' ');
      const leftMs = Number(until) - clock.now();
      // A lease from a clock since set back would last for ever: it counts as over.
      return text !== own && leftMs > 0 && leftMs <= PARTING_LEASE_MS ? key : '';
    },
  };
}
