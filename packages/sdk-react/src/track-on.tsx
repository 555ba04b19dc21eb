'use client';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useLatest } from './use-latest.js';
import { usePX } from './verbs.js';

export interface TrackOnProps {
  /** The name of the event. */
  readonly event: string;
  readonly properties?: object | undefined;
  readonly children?: ReactNode;
}
export interface TrackOnViewProps extends TrackOnProps {
  /** How much of it must be in view, 0 to 1; or how much of the view it must fill. @default 0.5 */
  readonly share?: number;
}

/** A box around nothing would move the layout. */
const NO_BOX = { display: 'contents' } as const;
/** How closely a scroll is followed: what is higher than the view never is in it by more than a part. */
const STEPS = 20;

/**
 * Records an event once, as an element comes into view: what it answers is the element's `ref`.
 * @example
 * const seen = useTrackOnView('plan_seen', { plan: 'pro' });
 * return <li ref={seen}>Pro</li>;
 */
export function useTrackOnView(
  event: string,
  properties?: object,
  share = 0.5,
): (element: Element | null) => void {
  const { track } = usePX();
  const [element, setElement] = useState<Element | null>(null);
  const latest = useLatest({ event, properties });
  const isTold = useRef(false);
  useEffect(() => {
    if (!element || isTold.current) return;
    const observer = new IntersectionObserver(
      (entries) => {
        // Browsers differ on whether what touches the view intersects with it: the numbers count.
        const isSeen = entries.some(
          ({ isIntersecting, intersectionRatio, intersectionRect, rootBounds }) =>
            isIntersecting &&
            (intersectionRatio >= share ||
              intersectionRect.height >= share * (rootBounds?.height ?? Infinity)),
        );
        if (!isSeen) return;
        isTold.current = true;
        observer.disconnect();
        track(latest.current.event, latest.current.properties);
      },
      { threshold: [share, ...Array.from({ length: STEPS }, (_, step) => step / STEPS)] },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [track, element, share, latest]);
  return setElement;
}

/** Records an event once, as its first element comes into view. */
export function TrackOnView({ event, properties, share, children }: TrackOnViewProps) {
  const wrapper = useRef<HTMLSpanElement>(null);
  const watch = useTrackOnView(event, properties, share);
  useEffect(() => {
    if (!wrapper.current) return;
    const { current } = wrapper;
    // What has no box is never in view: its first element is looked at, which may come late, or give way to another.
    const find = () => watch(current.firstElementChild);
    find();
    const observer = new MutationObserver(find);
    observer.observe(current, { childList: true });
    return () => observer.disconnect();
  }, [watch]);
  return (
    <span ref={wrapper} style={NO_BOX}>
      {children}
    </span>
  );
}

/** Records an event at each click within it, whatever became of the click. */
export function TrackOnClick({ event, properties, children }: TrackOnProps) {
  const { track } = usePX();
  return (
    // What is clicked is within: this only listens.
    <span style={NO_BOX} onClickCapture={() => track(event, properties)}>
      {children}
    </span>
  );
}
