import type { Timers } from './platform.js';

/** The promise, or a rejection once it took too long: what never answers may not hold up the rest. */
export function within<T>(timers: Timers, ms: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = timers.setTimer(() => reject(new Error(`no answer in ${ms} ms`)), ms);
    void promise.then(resolve, reject).finally(cancel);
  });
}
