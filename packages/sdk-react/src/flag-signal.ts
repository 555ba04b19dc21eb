import type { Disposer, FlagVerbs } from '@px-platform/sdk-web';

/** Tells everybody below a provider that flags may be others than before. */
export interface FlagSignal {
  listen(listener: () => void): Disposer;
  /** While everybody is told, what many read is read once. `id` names what is read. */
  once<T>(id: string, read: () => T): T;
}

/**
 * Creates it. One subscription for however many components: before `init` PX keeps a bounded number of calls, and
 * subscriptions are among them.
 */
export function createFlagSignal({ onFlagsChange }: Pick<FlagVerbs, 'onFlagsChange'>): FlagSignal {
  const listeners = new Set<() => void>();
  let stop: Disposer | undefined;
  let known: Map<string, unknown> | undefined;
  const tell = () => {
    known = new Map();
    try {
      for (const listener of listeners) listener();
    } finally {
      known = undefined;
    }
  };
  return {
    listen(listener) {
      listeners.add(listener);
      // No key in particular: which of them matters, where a call says more of the person, is known to its reader alone.
      stop ??= onFlagsChange(tell, []);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.();
        stop = undefined;
      };
    },
    once<T>(id: string, read: () => T): T {
      if (!known) return read();
      if (!known.has(id)) known.set(id, read());
      // Under an id lies what was read by it.
      return known.get(id) as T;
    },
  };
}
