'use client';
import { useEffect, useRef, type ReactNode } from 'react';
import { usePX } from './verbs.js';

export interface TrackOnProps {
  /** The name of the event. */
  readonly event: string;
  readonly properties?: object | undefined;
  readonly children?: ReactNode;
}
export interface TrackOnViewProps extends TrackOnProps {
  /** How much of it must be in view, 0 to 1. @default 0.5 */
  readonly share?: number;
}

/** A box around nothing would move the layout. */
const NO_BOX = { display: 'contents' } as const;

/** Records an event once, as its first element comes into view. */
export function TrackOnView({ event, properties, share = 0.5, children }: TrackOnViewProps) {
  const { track } = usePX();
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
export function TrackOnClick({ event, properties, children }: TrackOnProps) {
  const { track } = usePX();
  return (
    // What is clicked is within: this only listens.
    <span style={NO_BOX} onClickCapture={() => track(event, properties)}>
      {children}
    </span>
  );
}
