'use client';
import type {
  DeclaredTypes,
  EventKey,
  IsOptional,
  PropertiesOf,
  PxTypes,
} from '@px-platform/sdk-web';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useLatest } from './use-latest.js';
import { usePX } from './verbs.js';

interface Within<K> {
  /** The name of the event. */
  readonly event: K;
  readonly children?: ReactNode;
}
interface PlainProps extends Within<string> {
  readonly properties?: object | undefined;
  readonly share?: number;
}
/** Of any project's events: types say which are right, and are held to where components are written. */
interface PlainTracker {
  track(event: string, properties: object | undefined): void;
}

/** Properties may be left out where the event needs none. */
export type TrackOnProps<
  K extends string = EventKey,
  T extends PxTypes = DeclaredTypes,
> = Within<K> &
  (IsOptional<PropertiesOf<K, T>> extends true
    ? { readonly properties?: PropertiesOf<K, T> | undefined }
    : { readonly properties: PropertiesOf<K, T> });
export type TrackOnViewProps<
  K extends string = EventKey,
  T extends PxTypes = DeclaredTypes,
> = TrackOnProps<K, T> & {
  /** How much of it must be in view, 0 to 1; or how much of the view it must fill. @default 0.5 */
  readonly share?: number;
};

/** A box around nothing would move the layout. */
const NO_BOX = { display: 'contents' } as const;
/** How closely a scroll is followed: what is higher than the view never is in it by more than a part. */
const STEPS = 20;

/**
 * Records an event once, as an element comes into view: what it answers is the element's `ref`.
 * @example
 * const seen = useTrackOnView({ event: 'plan_seen', properties: { plan: 'pro' } });
 * return <li ref={seen}>Pro</li>;
 */
export function useTrackOnView<K extends EventKey>(
  seen: TrackOnViewProps<K>,
): (element: Element | null) => void;
export function useTrackOnView({ event, properties, share = 0.5 }: PlainProps) {
  const { track } = usePX() as unknown as PlainTracker;
  const [element, setElement] = useState<Element | null>(null);
  const latest = useLatest(() => track(event, properties));
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
        latest.current();
      },
      { threshold: [share, ...Array.from({ length: STEPS }, (_, step) => step / STEPS)] },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [element, share, latest]);
  return setElement;
}

/** Records an event once, as its first element comes into view. */
export function TrackOnView<K extends EventKey>(props: TrackOnViewProps<K>): ReactNode;
export function TrackOnView(props: PlainProps) {
  const wrapper = useRef<HTMLSpanElement>(null);
  const watch = useTrackOnView(props as TrackOnViewProps);
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
      {props.children}
    </span>
  );
}

/** Records an event at each click within it, whatever became of the click. */
export function TrackOnClick<K extends EventKey>(props: TrackOnProps<K>): ReactNode;
export function TrackOnClick({ event, properties, children }: PlainProps) {
  const { track } = usePX() as unknown as PlainTracker;
  return (
    // What is clicked is within: this only listens.
    <span style={NO_BOX} onClickCapture={() => track(event, properties)}>
      {children}
    </span>
  );
}
