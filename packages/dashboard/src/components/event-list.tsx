import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { LiveItem } from '../live/live-feed.js';
import { EventRow } from './event-row.js';

export interface EventListProps {
  /** Those to show, newest first. */
  readonly items: readonly LiveItem[];
  readonly openKey: string | null;
  readonly onToggle: (key: string) => void;
  /** Told whenever the top of the list comes into view or leaves it. */
  readonly onAtTop: (atTop: boolean) => void;
  readonly listRef: RefObject<HTMLOListElement | null>;
  readonly topRef: RefObject<HTMLDivElement | null>;
}

/** Rows drawn while the list runs. It keeps still while the reader is further down, so it may then grow. */
const PAGE = 120;

/** The stream itself: bounded in rows, sliding as new ones arrive, still while somebody reads. */
export function EventList({ items, openKey, onToggle, onAtTop, listRef, topRef }: EventListProps) {
  const [limit, setLimit] = useState(PAGE);
  const endRef = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const top = topRef.current;
    if (!top) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        const atTop = entry?.isIntersecting ?? true;
        if (atTop) setLimit(PAGE);
        onAtTop(atTop);
      },
      // On a narrow screen the filter sticks over the list's first rows.
      { rootMargin: '-8px 0px 0px' },
    );
    observer.observe(top);
    return () => observer.disconnect();
  }, [onAtTop, topRef]);

  useEffect(() => {
    const end = endRef.current;
    if (!end || items.length <= limit) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) setLimit((shown) => shown + PAGE);
      },
      { root: scrollerOf(end), rootMargin: '600px 0px' },
    );
    observer.observe(end);
    return () => observer.disconnect();
  }, [items.length, limit]);

  useSlide(listRef, items);

  return (
    <div className="list">
      <div ref={topRef} className="list-top" aria-hidden="true" />
      {/* Safari drops the list's role with its bullets. */}
      {/* oxlint-disable-next-line jsx-a11y/no-redundant-roles */}
      <ol ref={listRef} className="rows" role="list" aria-label="Events, newest first">
        {items.slice(0, limit).map((item) => (
          <EventRow key={item.key} item={item} open={item.key === openKey} onToggle={onToggle} />
        ))}
      </ol>
      <div ref={endRef} className="list-end" aria-hidden="true" />
    </div>
  );
}

/** What scrolls the list: its pane on a wide screen, the page itself (null) on a narrow one. */
function scrollerOf(element: Element): Element | null {
  const pane = element.closest('.scroll');
  return pane && getComputedStyle(pane).overflowY === 'auto' ? pane : null;
}

const SLIDE_MS = 220;

/** Lets the rows glide down to make room for a few new ones, where motion is welcome. */
function useSlide(listRef: RefObject<HTMLOListElement | null>, items: readonly LiveItem[]): void {
  const topKey = useRef<string | null>(null);
  useLayoutEffect(() => {
    const before = topKey.current;
    topKey.current = items[0]?.key ?? null;
    const list = listRef.current;
    if (!list || before === null || before === topKey.current || !items[0]?.fresh) return;
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const added = items.findIndex(({ key }) => key === before);
    const first = list.children[0];
    const previous = list.children[added];
    if (added < 1 || !first || !previous) return;
    const distance = previous.getBoundingClientRect().top - first.getBoundingClientRect().top;
    // Added to a slide still under way, so that a burst glides on instead of starting over.
    list.animate([{ transform: `translateY(${-distance}px)` }, { transform: 'none' }], {
      duration: SLIDE_MS,
      easing: 'cubic-bezier(0.2, 0.8, 0.2, 1)',
      composite: 'add',
    });
  }, [listRef, items]);
}
