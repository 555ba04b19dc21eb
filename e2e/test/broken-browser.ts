/**
 * Scripts that run in a page before any other and break what the browser promises about storage, the
 * network or the time of day. Each is whole in itself, and no method: it is sent to the browser as text.
 */
export const BROKEN = {
  /** The database takes no record, and localStorage no value: the device is full. */
  full: () => {
    const refuse = () => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    };
    IDBObjectStore.prototype.put = refuse;
    IDBObjectStore.prototype.add = refuse;
    Storage.prototype.setItem = refuse;
  },

  /** Opening a database never answers. */
  unopened: () => {
    IDBFactory.prototype.open = () => new EventTarget() as IDBOpenDBRequest;
  },

  /** The database opens; nothing that is asked of it in a transaction is ever answered, or done. */
  stuck: () => {
    const begin = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (...args) {
      const transaction = begin.apply(this, args);
      const find = transaction.objectStore.bind(transaction);
      const silent = (name: string) =>
        new Proxy(find(name), {
          get(store, key) {
            const value: unknown = Reflect.get(store, key, store);
            return typeof value === 'function' ? () => new EventTarget() : value;
          },
        });
      Object.defineProperties(transaction, {
        objectStore: { value: silent },
        commit: { value: () => {} },
        addEventListener: { value: () => {} },
        oncomplete: { set: () => {} },
      });
      return transaction;
    };
  },

  /**
   * The page's `setOnline` says whether there is a network. DevTools can say so as well, but stop as the
   * page leaves: its parting requests would find one.
   */
  network: () => {
    let isOnline = true;
    Object.defineProperty(Navigator.prototype, 'onLine', { get: () => isOnline });
    Object.assign(globalThis, {
      setOnline(next: boolean) {
        isOnline = next;
        dispatchEvent(new Event(next ? 'online' : 'offline'));
      },
    });
  },

  /** The wall clock is as far off as the page's `setClock` last said, in this page and the next ones. */
  clock: () => {
    const TrueDate = Date;
    const KEY = 'clock-is-off-by';
    // A blank page has no storage; and no PX.
    let offByMs = location.protocol === 'about:' ? 0 : Number(localStorage.getItem(KEY));
    const now = () => TrueDate.now() + offByMs;
    globalThis.Date = class extends TrueDate {
      constructor(...args: [] | [string | number]) {
        super(...((args.length === 0 ? [now()] : args) as [number]));
      }
      static override now = now;
    } as DateConstructor;
    Object.assign(globalThis, {
      setClock(ms: number) {
        offByMs = ms;
        localStorage.setItem(KEY, String(ms));
      },
    });
  },
} as const satisfies Readonly<Record<string, () => void>>;
