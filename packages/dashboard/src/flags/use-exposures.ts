import { useEffect, useState } from 'react';
import { CONTROL_EVENTS, type LiveEvent } from '@px-platform/protocol';
import { createLiveStream } from '../live/live-stream.js';
import { setPageTimer } from '../platform/page-timer.js';
import type { UseLiveOptions } from '../live/use-live.js';

/** Somebody who was put into an experiment. */
export interface SeenExposure {
  readonly key: string;
  readonly experiment: string;
  readonly variant: string;
  readonly unit: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

const MEMORY = 500;

/** The exposures of a project as they come: the newest first, and those that the server still remembers. */
export function useExposures({
  projectId,
  openStream,
  isAllowed,
  onRefused,
}: UseLiveOptions): readonly SeenExposure[] {
  const [seen, setSeen] = useState<readonly SeenExposure[]>([]);
  useEffect(() => {
    setSeen([]);
    return createLiveStream({
      open: () => openStream(projectId),
      onArrivals(arrivals) {
        const exposures = arrivals.flatMap(({ event }) => readExposure(event) ?? []).reverse();
        if (exposures.length === 0) return;
        setSeen((known) => {
          const keys = new Set(known.map(({ key }) => key));
          return [...exposures.filter(({ key }) => !keys.has(key)), ...known].slice(0, MEMORY);
        });
      },
      onConnection() {},
      onRefused,
      isAllowed,
      setTimer: setPageTimer,
    });
  }, [projectId, openStream, isAllowed, onRefused]);
  return seen;
}

/** Null for every other event, and for one that says too little. */
export function readExposure(event: LiveEvent): SeenExposure | null {
  if (event.kind !== 'stored' || event.event !== CONTROL_EVENTS.exposure) return null;
  const { properties } = Object(event.arrived) as { readonly properties?: unknown };
  const said = Object(properties) as Readonly<Record<string, unknown>>;
  const text = (name: string) => (typeof said[name] === 'string' ? said[name] : '');
  const [experiment, variant] = [text('experiment'), text('variant')];
  if (experiment === '' || variant === '') return null;
  return {
    key: event.event_id ?? `${event.received_at}`,
    experiment,
    variant,
    unit: text('unit_id'),
    at: event.timestamp,
  };
}
