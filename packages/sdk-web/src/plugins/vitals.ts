import { EVENT_NAMES, type EventContext, type JsonValue } from '@px-platform/protocol';
import { PRIORITIES, type Plugin } from '@px-platform/sdk-core';
import { CLSThresholds, INPThresholds, type MetricType } from 'web-vitals';
import { bareUrl } from '../dom/bare-url.js';
import { selectorOf } from '../dom/describe-element.js';
import { canObserve, observe, type Observation } from '../dom/observe.js';
import { onWebVital } from '../dom/on-web-vital.js';

type Attribution = Readonly<Record<string, string | number>>;
/** What is known of one view. Texts and numbers alone: an element kept here would never be freed. */
interface View {
  readonly id?: string;
  readonly context?: EventContext | undefined;
  readonly navigation?: JsonValue | undefined;
  /** On the page's clock. 0: the load itself. */
  readonly since: number;
  /** The browser's number of the navigation whose paints these are. */
  paintedBy?: number;
  readonly values: Record<string, number>;
  readonly ratings: Record<string, string>;
  readonly attribution: Record<string, string | number>;
  slowest: readonly Interaction[];
  readonly shifts: { sum: number; since: number; last: number; largest: number; target: string };
  /** Interactions of the page before this view. */
  readonly interactions: number;
  isNew: boolean;
}
interface Interaction {
  readonly id: number;
  readonly ms: number;
  readonly attribution: Attribution;
}
interface LayoutShift extends PerformanceEntry {
  readonly value: number;
  readonly hadRecentInput: boolean;
  readonly sources?: readonly { readonly node?: Node | null }[];
}

/** A page left in the background for this long measured no load. */
const MOST_MS = 900_000;
/** The interaction that led to a route is measured once the route is painted. */
const SETTLE_MS = 1_000;
/** The least a browser measures: below it nobody waits. */
const LEAST_INTERACTION_MS = 16;
const INTERACTIONS = 10;

/**
 * Records `performance` for each view: lcp, inp, cls, fcp and ttfb as far as they are known, when the view
 * ends or goes out of sight. The last event of a view counts.
 */
export function vitals(): Plugin {
  return {
    name: 'vitals',
    priority: PRIORITIES.vitals,
    setup({ track, onEvent, onHidden, onDispose }) {
      /** The newest first. */
      let views: readonly View[] = [];
      let observations: readonly Observation[] = [];
      let timer: ReturnType<typeof setTimeout> | undefined;

      const viewAt = (time: number) => views.find(({ since }) => since <= time);

      const set = (
        view: View,
        name: string,
        value: number,
        rating: string,
        attribution: Attribution,
      ) => {
        if (value >= MOST_MS) return;
        const digits = name === 'cls' ? 1e4 : 1;
        view.values[name] = Math.round(value * digits) / digits;
        view.ratings[name] = rating;
        Object.assign(view.attribution, attribution);
        view.isNew = true;
      };

      const send = (view: View) => {
        if (!view.isNew) return;
        view.isNew = false;
        const { id, context, navigation, values, ratings, attribution } = view;
        const { inp } = values;
        track(
          EVENT_NAMES.performance,
          // INP took the place of FID.
          { ...values, fid: inp, view_id: id, navigation, ratings, attribution },
          { context },
        );
      };
      const sendAll = () => views.forEach(send);

      const begin = (since: number, about: Partial<View> = {}) => {
        const view: View = {
          since,
          values: {},
          ratings: {},
          attribution: {},
          slowest: [],
          shifts: { sum: 0, since: 0, last: 0, largest: 0, target: '' },
          interactions: interactionCount(),
          isNew: false,
          ...about,
        };
        // One more is kept: what it last did is measured late.
        views.slice(1).forEach(send);
        views = [view, ...views.slice(0, 1)];
        if (since === 0) return;
        if (canObserve('layout-shift')) set(view, 'cls', 0, 'good', {});
        if (observations.length > 0) return;
        observations = [
          observe('layout-shift', onShift),
          observe('event', onInteraction, { durationThreshold: LEAST_INTERACTION_MS }),
        ];
      };

      /** The load is web-vitals'; later views are counted here, for web-vitals counts by the page. */
      const routeAt = (time: number) => {
        const view = viewAt(time);
        return view && view.since > 0 ? view : undefined;
      };

      const onShift = (entry: LayoutShift) => {
        const view = routeAt(entry.startTime);
        if (!view || entry.hadRecentInput) return;
        const { shifts } = view;
        const { startTime, value } = entry;
        // The worst burst: gaps under a second, five seconds at most.
        if (startTime - shifts.last >= 1_000 || startTime - shifts.since >= 5_000) {
          shifts.sum = shifts.largest = 0;
          shifts.since = startTime;
        }
        shifts.last = startTime;
        shifts.sum += value;
        if (value > shifts.largest) {
          shifts.largest = value;
          shifts.target = shiftedBy(entry);
        }
        if (shifts.sum > (view.values['cls'] ?? 0))
          set(view, 'cls', shifts.sum, rate(shifts.sum, CLSThresholds), {
            cls_target: shifts.target,
          });
      };

      const onInteraction = (entry: PerformanceEventTiming) => {
        const { interactionId: id, startTime, duration: ms } = entry;
        const view = routeAt(startTime);
        if (!view || !id) return;
        const known = view.slowest.find((one) => one.id === id);
        if (known && known.ms > ms) return;
        view.slowest = [
          { id, ms, attribution: describeInteraction(entry) },
          ...view.slowest.filter((one) => one !== known),
        ]
          .sort((x, y) => y.ms - x.ms)
          .slice(0, INTERACTIONS);
        // Of every fifty, one is forgiven.
        const rank = Math.floor((interactionCount() - view.interactions) / 50);
        const worst = view.slowest[Math.min(rank, view.slowest.length - 1)];
        if (worst) set(view, 'inp', worst.ms, rate(worst.ms, INPThresholds), worst.attribution);
      };

      const onVital = (metric: MetricType) => {
        const { name, value, rating, navigationId, navigationStartTime = 0 } = metric;
        const isPaint = name === 'LCP' || name === 'FCP';
        const view = viewAt(
          isPaint ? navigationStartTime + value : (metric.entries.at(-1)?.startTime ?? 0),
        );
        if (!view) return;
        if (isPaint) {
          // What a filter paints within a view is not the view's.
          view.paintedBy ??= navigationId;
          if (view.paintedBy !== navigationId) return;
        } else if (view.since > 0 || navigationStartTime > 0) return;
        set(view, name.toLowerCase(), value, rating, describe(metric));
      };

      const { isFirst, dispose } = onWebVital(onVital);
      onDispose(dispose);
      onDispose(() => {
        clearTimeout(timer);
        observations.forEach((observation) => observation.dispose());
      });
      begin(isFirst ? 0 : performance.now());

      onEvent(({ event, event_id: id, context, properties }) => {
        if (event !== EVENT_NAMES.pageView) return;
        const about = { id, context, navigation: properties?.['navigation'] };
        const [first] = views;
        if (views.length === 1 && first && !first.id) {
          views = [{ ...first, ...about }];
          return;
        }
        begin(performance.now(), about);
        clearTimeout(timer);
        timer = setTimeout(() => views.slice(1).forEach(send), SETTLE_MS);
      });
      onHidden(() => {
        observations.forEach(({ flush }) => flush());
        sendAll();
      });
    },
  };
}

const interactionCount = () =>
  (performance as { readonly interactionCount?: number }).interactionCount ?? 0;

const rate = (value: number, [good, poor]: readonly [number, number]) =>
  value > poor ? 'poor' : value > good ? 'needs-improvement' : 'good';

const selector = (node: Node | null | undefined) => {
  const element = node instanceof Element ? node : node?.parentElement;
  return element ? selectorOf(element) : '';
};

const shiftedBy = ({ sources }: LayoutShift) => selector(sources?.[0]?.node);

const describeInteraction = (entry: PerformanceEventTiming): Attribution => ({
  inp_target: selector(entry.target),
  inp_event: entry.name,
  inp_delay_ms: Math.round(entry.processingStart - entry.startTime),
});

function describe({ name, entries }: MetricType): Attribution {
  const entry = entries.at(-1);
  if (!entry) return {};
  if (name === 'LCP') {
    const { element, url } = entry as LargestContentfulPaint;
    return { lcp_target: selector(element), lcp_url: url && bareUrl(url) };
  }
  if (name === 'INP') return describeInteraction(entry as PerformanceEventTiming);
  if (name !== 'CLS') return {};
  const largest = (entries as readonly LayoutShift[]).reduce((x, y) => (y.value > x.value ? y : x));
  return { cls_target: shiftedBy(largest) };
}
