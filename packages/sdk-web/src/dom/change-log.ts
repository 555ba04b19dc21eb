import type { Disposer } from '@px-platform/sdk-core';

/** A press of a person, from its beginning to what may still come of it. Times on `elapsed()`. */
export interface Press {
  readonly element: Element;
  /** The hand went down: menus open then. */
  readonly from: number;
  /** It clicked, before the page heard of it. */
  readonly at: number;
}

/** What of the page changed while somebody clicks, and what of it goes on by itself. */
export interface ChangeLog {
  /** Watches a root, the document or a shadow root, for `forMs` from now. */
  watch(root: Node, forMs: number): void;
  /** Notes a change that is not one of the document, such as a transition. */
  note(node: Node, kind: string): void;
  /** Takes in what has changed until now. */
  flush(): void;
  /**
   * Whether something changed after a press that is its doing. Of what is far from it only what comes
   * soon, or `isExpected`. What the `later` presses prompted is theirs; `untilMs` counts from `from`.
   */
  hasAnswered(
    press: Press,
    options: {
      readonly presses: readonly Press[];
      readonly untilMs: number;
      readonly isExpected: (time: number) => boolean;
    },
  ): boolean;
  readonly dispose: Disposer;
}

interface Changes {
  readonly node: Node;
  readonly kind: string;
  /** Oldest first; changes of one moment count once. */
  readonly times: number[];
}

/** A page that changes more nodes than this in some seconds has changed. */
const MOST_NODES = 500;
const MOST_TIMES = 40;
const SAME_MOMENT_MS = 20;
const SELDOM_MS = 400;
/** A page that does something at once has done it by then. */
const PROMPT_MS = 8;
/** What happens so soon after a click is its doing, whatever else the node does. */
const CERTAIN_MS = 60;
/** Until so long after a press, a change anywhere is its doing, unless it is of what changes by itself. */
const SOON_MS = 1_200;
/** The kind of change that puts an empty element somewhere: a spinner, or the ripple of a button. */
const ORNAMENT = '';
/** What can be seen without words. */
const SEEN = 'img,svg,input,canvas,video';
const LOOK = /class|style/;
/** What nobody sees. */
const UNSEEN = /^(script|style|link|meta|#comment)$/i;
const POPUP =
  'dialog,[popover],[aria-live],[role=dialog],[role=alertdialog],[role=alert],[role=status],[role=menu],[role=listbox]';

/** Creates the log. It observes only for the seconds after it was asked to. */
export function createChangeLog({ elapsed }: { readonly elapsed: () => number }): ChangeLog {
  const log = new Map<Node, Changes>();
  let observed = new Set<Node>();
  let since = 0;
  let until = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const note = (node: Node, kind: string) => {
    if (!observed.size || log.size >= MOST_NODES) return;
    const now = elapsed();
    const changes = log.get(node) ?? { node, kind: kind + (kind && node.nodeName), times: [] };
    log.set(node, changes);
    const { times } = changes;
    if (now - (times.at(-1) ?? -99) > SAME_MOMENT_MS) {
      times[Math.min(times.length, MOST_TIMES - 1)] = now;
    }
  };
  const take = (records: readonly MutationRecord[]) => {
    for (const { target, type, attributeName, oldValue, addedNodes, removedNodes } of records) {
      if (log.size >= MOST_NODES) return;
      if (attributeName) {
        const value = (target as Element).getAttribute(attributeName);
        // An empty class is none.
        if (value === oldValue || (LOOK.test(attributeName) && !value && !oldValue)) continue;
      } else if (type === 'childList') {
        const [put, taken] = [lookOf(addedNodes), lookOf(removedNodes)];
        if (put === taken) continue;
        if (!(put + taken).trim()) {
          note(target, ORNAMENT);
          continue;
        }
      }
      note(target, type + attributeName);
    }
  };
  const observer = new MutationObserver(take);
  const flush = () => take(observer.takeRecords());
  const stop = () => {
    observer.disconnect();
    observed = new Set();
    log.clear();
  };
  const check = () => {
    const left = until - elapsed();
    if (left > 0) timer = setTimeout(check, left);
    else stop();
  };

  return {
    note,
    flush,
    watch(root, forMs) {
      const now = elapsed();
      until = Math.max(until, now + forMs);
      if (!observed.size) {
        since = now;
        clearTimeout(timer);
        timer = setTimeout(check, forMs);
      }
      if (observed.has(root)) return;
      observed.add(root);
      observer.observe(root, {
        attributeOldValue: true,
        characterData: true,
        childList: true,
        subtree: true,
      });
    },
    hasAnswered(press, { presses, untilMs, isExpected }) {
      const { element, from, at } = press;
      const later = presses.filter((each) => each.from > from);
      const [next] = later;
      const isPrompted = (time: number, by = presses) =>
        by.some((each) => time >= each.from && time <= each.at + CERTAIN_MS);
      const settledAt =
        SOON_MS + Math.max(...presses.map((each) => (each.element === element ? each.at : 0)));
      /** Goes on by itself, evenly as clocks do, or all the time: before the press, and after all of them. */
      const isTicking = (times: readonly number[]): boolean => {
        const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
        const longest = Math.max(...gaps);
        if (gaps.length < 2 || (times.at(-1) ?? 0) < settledAt) return false;
        if ((times[0] ?? 0) > from && from - since > 1.5 * longest) return false;
        return gaps.length > 7 || longest < 1.5 * Math.min(...gaps) + 50;
      };
      const busyKinds = new Map<string, boolean>();
      /** Whether many nodes change in one way, and none of them often: the cells of a live table. */
      const isBusy = (kind: string): boolean => {
        const known = busyKinds.get(kind);
        if (known !== undefined) return known;
        const nodes = [...log.values()].filter(
          (each) => each.kind === kind && !isTicking(each.times),
        );
        const times = nodes
          .flatMap((each) => each.times.filter((time) => !isPrompted(time)))
          .sort((a, b) => a - b);
        const isIt =
          nodes.length > 2 &&
          isTicking(
            times.filter((time, index) => time - (times[index - 1] ?? -99) > SAME_MOMENT_MS),
          );
        busyKinds.set(kind, isIt);
        return isIt;
      };
      for (const { node, kind, times } of log.values()) {
        const time = times.find(
          (each) =>
            each >= from &&
            each <= from + untilMs &&
            // What a button does to itself while it is held down, and its ripple, are no answer.
            ((each >= at && kind !== ORNAMENT) || !element.contains(node)) &&
            !isPrompted(each, later),
        );
        if (time === undefined) continue;
        if (isBusy(kind)) continue;
        // What changes seldom, and now, changes for the click, even if a clock changes it as well.
        const isPrompt = times.some((each) => each >= at && each - at <= PROMPT_MS);
        if (isPrompt && isSeldom(times)) return true;
        if (isTicking(times)) continue;
        if (time <= at + CERTAIN_MS) return true;
        const wasBusy =
          node !== document.body &&
          times.some((each) => each < from && !presses.some((other) => each >= other.from));
        if (wasBusy) continue;
        if (
          (time - at <= SOON_MS && !(next && time > next.from)) ||
          isExpected(time) ||
          isNear(element, node)
        )
          return true;
      }
      return false;
    },
    dispose() {
      clearTimeout(timer);
      stop();
    },
  };
}

/** So that one of the times comes within 8 ms of a click by chance in one case of fifty. */
const isSeldom = (times: readonly number[]): boolean =>
  (times.at(-1) ?? 0) - (times[0] ?? 0) >= SELDOM_MS * (times.length - 1);

/** What there is to see of the nodes: a space for each that is empty. */
function lookOf(nodes: NodeList): string {
  let look = '';
  for (const node of nodes) {
    if (UNSEEN.test(node.nodeName)) continue;
    const words = (node.textContent ?? '').trim();
    if (!(node instanceof Element)) look += words;
    else look += words || node.matches(SEEN) || node.querySelector(SEEN) ? node.outerHTML : ' ';
    if (look.length > 5_000) break;
  }
  return look;
}

/** The few levels around what was clicked. */
export function regionOf(element: Element): Element {
  let region = element;
  for (let level = 0; level < 4; level += 1) {
    const parent = region.parentElement;
    if (!parent || parent === document.body) break;
    region = parent;
  }
  return region;
}

/** In or around what was clicked, or in what pops up to answer. */
const isNear = (element: Element, node: Node): boolean =>
  (node instanceof Element && node.closest(POPUP) !== null) ||
  regionOf(element).contains(node) ||
  node.contains(element);
