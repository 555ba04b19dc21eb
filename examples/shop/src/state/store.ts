import { EMPTY_STATE, parseShopState, type ShopState } from './shop-state.js';

/** Holds the shop's state and tells whoever listens when it changes. */
export interface Store {
  readonly get: () => ShopState;
  readonly update: (change: (state: ShopState) => Partial<ShopState>) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

const KEY = 'small-hours';

/** A store over a Storage that may be missing, full or forbidden; it then lives in memory only. */
export function createStore(storage: Pick<Storage, 'getItem' | 'setItem'> | null): Store {
  const listeners = new Set<() => void>();
  let state = load();

  function load(): ShopState {
    try {
      return parseShopState(storage?.getItem(KEY) ?? null);
    } catch {
      return EMPTY_STATE;
    }
  }

  return {
    get: () => state,
    update(change) {
      state = { ...state, ...change(state) };
      try {
        storage?.setItem(KEY, JSON.stringify(state));
      } catch {
        // Private windows and full disks: the basket lasts as long as the page.
      }
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
