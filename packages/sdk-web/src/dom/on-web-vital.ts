import type { Disposer } from '@px-platform/sdk-core';
import { onFCP, onLCP, onTTFB, type MetricType } from 'web-vitals';

export type WebVitalListener = (metric: MetricType) => void;

/**
 * Calls the listener with each LCP, FCP and TTFB of the page and of its routes, and each of their changes. web-vitals cannot be stopped, so it is
 * started once a load, however often PX is: who comes second is told only what changes from then on.
 */
export function onWebVital(listener: WebVitalListener): {
  readonly isFirst: boolean;
  readonly dispose: Disposer;
} {
  const page = window as unknown as Record<symbol, Set<WebVitalListener> | undefined>;
  const mark = Symbol.for('px:vitals');
  const known = page[mark];
  const listeners = (page[mark] ??= new Set());
  listeners.add(listener);
  if (!known) {
    const report: WebVitalListener = (metric) => listeners.forEach((tell) => tell(metric));
    const options = { reportAllChanges: true, reportSoftNavs: true };
    onLCP(report, options);
    onFCP(report, options);
    onTTFB(report, options);
  }
  return { isFirst: !known, dispose: () => void listeners.delete(listener) };
}
