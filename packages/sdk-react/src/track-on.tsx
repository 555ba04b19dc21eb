'use client';
import type {
  DeclaredTypes,
  EventKey,
  IsOptional,
  PropertiesOf,
  PxTypes,
} from '@px-platform/sdk-web';
import { useEffect, useRef, type ReactNode } from 'react';
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
  /** How much of it must be in view, 0 to 1. @default 0.5 */
  readonly share?: number;
};

/** A box around nothing would move the layout. */
const NO_BOX = { display: 'contents' } as const;

/** Records an event once, as its first element comes into view. */
export function TrackOnView<K extends EventKey>(props: TrackOnViewProps<K>): ReactNode;
export function TrackOnView({ event, properties, share = 0.5, children }: PlainProps) {
  const { track } = usePX() as unknown as PlainTracker;
  const wrapper = useRef<HTMLSpanElement>(null);
  const latest = useRef({ event, properties });
  const isTold = useRef(false);
  useEffect(() => {
    latest.current = { event, properties };
  });
  useEffect(() => {
    // What has no box is never in view: its first element is looked at.
    const element = wrapper.current?.firstElementChild;
    if (!element || isTold.current) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (isTold.current || !entries.some((entry) => entry.isIntersecting)) return;
        isTold.current = true;
        observer.disconnect();
        track(latest.current.event, latest.current.properties);
      },
      { threshold: share },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [track, share]);
  return (
    <span ref={wrapper} style={NO_BOX}>
      {children}
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
