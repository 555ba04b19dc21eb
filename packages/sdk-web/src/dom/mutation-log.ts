import type { Disposer } from '@px-platform/sdk-core';

/** When and how one node changed. */
interface Changes {
  /** On `elapsed()`, oldest first; changes of one moment count once. */
  readonly times: number[];
  readonly node: Node;
}

/** What changed in the document while somebody clicks, and what of it goes on by itself. */
export interface MutationLog {
  /** Watches a root: the document, or the shadow root of what is clicked. For `forMs` from now. */
  watch(root: Node, forMs: number): void;
  /** Says that somebody clicked now: what changes at once is the click's doing. */
  noteClick(): void;
  /** Whether a node that `isNear` accepts changed in (from, to], other than by itself. */
  hasChanged(from: number, to: number, isNear: (node: Node) => boolean): boolean;
  readonly dispose: Disposer;
}

/** A page that changes more nodes than this in two seconds has changed. */
const MOST_NODES = 500;
const MOST_TIMES = 40;
/** What happens so soon after a click is its doing, whatever else the node does. */
const CERTAIN_MS = 60;
/** Before so long after a click, a change anywhere is its doing, unless it is of what changes by itself. */
const SOON_MS = 600;
/** What can be seen without words. */
const SEEN = 'img,svg,input,canvas,video,:has(img,svg,input,canvas,video)';

/** Creates the log. It observes only for the seconds after it was asked to. */
export function createMutationLog({ elapsed }: { readonly elapsed: () => number }): MutationLog {
  const log = new Map<Node, Changes>();
  let clicks: number[] = [];
  let observed = new Set<Node>();
  let until = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const take = (records: readonly MutationRecord[]) => {
    const now = elapsed();
    for (const { target, type, addedNodes, removedNodes } of records) {
      if (log.size >= MOST_NODES) return;
      // Ripples and the like, which hold nothing, and words put in the place of the same words.
      if (type === 'childList' && isSame(addedNodes, removedNodes)) continue;
      const changes = log.get(target) ?? { times: [], node: target };
      log.set(target, changes);
      const { times } = changes;
      if (times.length < MOST_TIMES && now - (times.at(-1) ?? -1) > 20) times.push(now);
    }
  };
  const observer = new MutationObserver(take);
  const stop = () => {
    observer.disconnect();
    observed = new Set();
    clicks = [];
    log.clear();
  };
  const check = () => {
    const left = until - elapsed();
    if (left > 0) timer = setTimeout(check, left);
    else stop();
  };

  return {
    watch(root, forMs) {
      until = Math.max(until, elapsed() + forMs);
      if (!timer || observed.size === 0) {
        clearTimeout(timer);
        timer = setTimeout(check, forMs);
      }
      if (observed.has(root)) return;
      observed.add(root);
      observer.observe(root, {
        attributes: true,
        characterData: true,
        childList: true,
        subtree: true,
      });
    },
    noteClick: () => void clicks.push(elapsed()),
    hasChanged(from, to, isNear) {
      take(observer.takeRecords());
      const isPrompted = (time: number) =>
        clicks.some((click) => time >= click && time - click <= CERTAIN_MS);
      for (const { times, node } of log.values()) {
        const due = times.filter((time) => time >= from && time <= to);
        if (due.length === 0) continue;
        const isCertain = isPrompted(due[0] ?? to);
        if (isTicking(isCertain ? times.filter((time) => !isPrompted(time)) : times)) continue;
        if (isCertain || (due[0] ?? to) - from <= SOON_MS || isNear(node)) return true;
      }
      return false;
    },
    dispose() {
      clearTimeout(timer);
      stop();
    },
  };
}

/** Whether a node changes again and again: evenly, as clocks do, or all the time. */
function isTicking(times: readonly number[]): boolean {
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  if (gaps.length < 2) return false;
  return gaps.length > 7 || Math.max(...gaps) < 1.5 * Math.min(...gaps) + 50;
}

function isSame(added: NodeList, removed: NodeList): boolean {
  const [put, taken] = [added, removed].map((nodes) => [...nodes]);
  const words = (nodes: readonly Node[] = []) =>
    nodes
      .map((node) => node.textContent)
      .join('')
      .trim();
  const isSeen = (node: Node) => node instanceof Element && node.matches(SEEN);
  return words(put) === words(taken) && !put?.some(isSeen) && !taken?.some(isSeen);
}
