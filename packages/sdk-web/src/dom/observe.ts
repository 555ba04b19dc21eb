import type { Disposer } from '@px-platform/sdk-core';

/** Entries of the browser's performance timeline, as they come. */
export interface Observation {
  /** Hands over at once what the browser still holds back. */
  readonly flush: () => void;
  readonly dispose: Disposer;
}

/** Whether this browser measures entries of the type. */
export const canObserve = (type: string): boolean =>
  typeof PerformanceObserver === 'function' &&
  PerformanceObserver.supportedEntryTypes.includes(type);

/** Calls the listener with each entry of the type, from the page's first on; never, where the browser does not measure it. */
export function observe<E extends PerformanceEntry>(
  type: string,
  listener: (entry: E) => void,
  options: { readonly durationThreshold?: number } = {},
): Observation {
  if (!canObserve(type)) return { flush() {}, dispose() {} };
  const each = (entries: PerformanceEntryList) => entries.forEach((entry) => listener(entry as E));
  const observer = new PerformanceObserver((list) => each(list.getEntries()));
  observer.observe({ type, buffered: true, ...options });
  return { flush: () => each(observer.takeRecords()), dispose: () => observer.disconnect() };
}
