import type { Disposer } from './disposer.js';

/** A list of listeners. Keep the publisher private, expose its `listen`. */
export interface Publisher<T> {
  publish(value: T): void;
  readonly listen: (listener: (value: T) => void) => Disposer;
}

/** Creates a publisher. A listener that throws costs only itself. */
export function createPublisher<T>(onError: (cause: unknown) => void): Publisher<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    publish(value) {
      for (const listener of listeners) {
        try {
          listener(value);
        } catch (cause) {
          onError(cause);
        }
      }
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
