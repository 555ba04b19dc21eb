import type { KeyValueStorage } from './platform.js';

/** A store that is only memory until the person agrees. */
export interface ConsentedStorage extends KeyValueStorage {
  /** Whether values may be kept beyond the page, from here on. */
  open(isOpen: boolean): void;
}

/**
 * Creates the store. When it opens, what memory holds is put down, but for what another page put there
 * meanwhile: a device has one id.
 */
export function createConsentedStorage(storage: KeyValueStorage): ConsentedStorage {
  const values = new Map<string, string>();
  const memory: KeyValueStorage = {
    get: (key) => values.get(key) ?? null,
    set(key, value) {
      values.set(key, value);
      return false;
    },
    remove: (key) => void values.delete(key),
    keys: () => [...values.keys()],
  };
  let current = memory;
  return {
    get: (key) => current.get(key),
    set: (key, value) => current.set(key, value),
    remove: (key) => current.remove(key),
    keys: () => current.keys(),
    open(isOpen) {
      current = isOpen ? storage : memory;
      if (!isOpen) return;
      for (const [key, value] of values) if (storage.get(key) === null) storage.set(key, value);
      values.clear();
    },
  };
}
