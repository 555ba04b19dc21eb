import { EVENT_NAMES, type EventContext, type JsonValue } from '@px-platform/protocol';
import { PRIORITIES, type Plugin } from '@px-platform/sdk-core';
import type { MetricType } from 'web-vitals';
import { bareUrl } from '../dom/bare-url.js';
import { selectorOf } from '../dom/describe-element.js';
import { canObserve, observe } from '../dom/observe.js';
import { onWebVital } from '../dom/on-web-vital.js';
import { watchView } from '../watch-view.js';

/** Figures and what they are about. Numbers and texts alone: an element kept here would never be freed. */
type Told = Readonly<Record<string, string | number>>;

/** What is known of one view. */
interface View {
  readonly view_id?: string;
  readonly navigation?: JsonValue | undefined;
  readonly context?: EventContext | undefined;
  /** On the page's clock. 0: the load itself. */
  readonly since: number;
  /** The browser's number of the navigation whose paints these are. */
  paintedBy?: number;
  told: Told;
  /** Something in it was not sent yet. */
  isNew: boolean;
  /** Its slowest interactions, how many the page had before it, its worst layout shifts, and the latest. */
  slowest: readonly { readonly id: number; readonly ms: number; readonly told: Told }[];
  readonly interactions: number;
  cls: number;
  burst?: { readonly since: number; last: number; sum: number; largest: number; target: string };
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
    setup(plugin) {
      const { track, onEvent, onHidden, onDispose } = plugin;
      /** The newest first. */
      let views: readonly View[] = [];
      let timer: ReturnType<typeof setTimeout> | undefined;

      const viewAt = (time: number) => views.find(({ since }) => since <= time);

      const tell = (view: View, told: Told) => {
        view.told = { ...view.told, ...told };
        view.isNew = true;
      };
      const send = (view: View) => {
        if (!view.isNew) return;
        view.isNew = false;
        const { view_id, navigation, context, told } = view;
        // INP took the place of FID.
        track(
          EVENT_NAMES.performance,
          { ...told, fid: told['inp'], view_id, navigation },
          { context },
        );
      };

      const begin = (since: number) => {
        const isStill = canObserve('layout-shift');
        const view: View = {
          since,
          told: isStill ? { cls: 0 } : {},
          // A load may yet turn out never to have been seen.
          isNew: isStill && since > 0,
          slowest: [],
          interactions: interactionCount(),
          cls: 0,
        };
        // One more is kept: what it last did is measured late.
        views.slice(1).forEach(send);
        views = [view, ...views.slice(0, 1)];
      };

      const onShift = (entry: LayoutShift) => {
        const { startTime, value, hadRecentInput } = entry;
        const view = viewAt(startTime);
        if (!view || hadRecentInput) return;
        let { burst } = view;
        // The worst burst: gaps under a second, five seconds at most.
        if (!burst || startTime - burst.last >= 1_000 || startTime - burst.since >= 5_000)
          view.burst = burst = { since: startTime, last: 0, sum: 0, largest: 0, target: '' };
        burst.last = startTime;
        burst.sum += value;
        if (value > burst.largest) {
          burst.largest = value;
          burst.target = selector(entry.sources?.[0]?.node);
        }
        if (burst.sum <= view.cls) return;
        view.cls = burst.sum;
        tell(view, { cls: Math.round(burst.sum * 1e4) / 1e4, cls_target: burst.target });
      };

      const onInteraction = (entry: PerformanceEventTiming) => {
        const { interactionId: id, startTime, duration: ms } = entry;
        const view = viewAt(startTime);
        if (!view || !id) return;
        const known = view.slowest.find((one) => one.id === id);
        if (known && known.ms > ms) return;
        view.slowest = [
          { id, ms, told: { inp: ms, ...interaction(entry) } },
          ...view.slowest.filter((one) => one !== known),
        ]
          .sort((x, y) => y.ms - x.ms)
          .slice(0, INTERACTIONS);
        // Of every fifty, one is forgiven.
        const rank = Math.floor((interactionCount() - view.interactions) / 50);
        const worst = view.slowest[Math.min(rank, view.slowest.length - 1)];
        if (worst) tell(view, worst.told);
      };

      const onVital = ({ name, value, entries, ...metric }: MetricType) => {
        const { navigationId, navigationStartTime = 0 } = metric;
        const isPaint = name !== 'TTFB';
        const view = viewAt(isPaint ? navigationStartTime + value : 0);
        if (!view || value >= MOST_MS) return;
        if (isPaint) {
          // What a filter paints within a view is not the view's.
          view.paintedBy ??= navigationId;
          if (view.paintedBy !== navigationId) return;
        } else if (navigationStartTime) return;
        tell(view, { [name.toLowerCase()]: Math.round(value) });
        if (name !== 'LCP') return;
        const { element, url = '' } = (entries.at(-1) ?? {}) as Partial<LargestContentfulPaint>;
        tell(view, { lcp_target: selector(element), lcp_url: url && bareUrl(url) });
      };

      const { isFirst, dispose } = onWebVital(onVital);
      onDispose(dispose);
      begin(isFirst ? 0 : performance.now());
      const observations = [
        observe('layout-shift', onShift),
        observe('event', onInteraction, { durationThreshold: LEAST_INTERACTION_MS }),
        // The first counts however quick it was.
        observe('first-input', onInteraction),
      ];
      onDispose(() => {
        clearTimeout(timer);
        for (const observation of observations) observation.dispose();
      });

      // At once, for the next one's paints come before it is recorded: that waits for its title.
      const currentView = watchView(plugin, (ended) => {
        if (!ended) return;
        begin(performance.now());
        clearTimeout(timer);
        timer = setTimeout(() => views.slice(1).forEach(send), SETTLE_MS);
      });
      onEvent(({ event, event_id: view_id, context, properties }) => {
        if (event !== EVENT_NAMES.pageView || !views[0]) return;
        Object.assign(views[0], { view_id, context, navigation: properties?.['navigation'] });
      });
      onHidden(() => {
        currentView();
        for (const { flush } of observations) flush();
        views.forEach(send);
      });
    },
  };
}

const interactionCount = () =>
  (performance as { readonly interactionCount?: number }).interactionCount ?? 0;

const selector = (node: Node | null | undefined) => {
  const element = node instanceof Element ? node : node?.parentElement;
  return element ? selectorOf(element) : '';
};

const interaction = ({ target, name, processingStart, startTime }: PerformanceEventTiming) => ({
  inp_target: selector(target),
  inp_event: name,
  inp_delay_ms: Math.round(processingStart - startTime),
});
