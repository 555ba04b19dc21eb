import { useEffect, useRef, useState } from 'react';
import type { ApiClient, EventCount } from '../api/api-client.js';

export interface Today {
  readonly count: EventCount | null;
  readonly failed: boolean;
}

/** How often the question may be asked while events arrive. */
const EVERY_MS = 5_000;

/** A moment for the first heap of events to be stored before they are counted. */
const SETTLE_MS = 300;

/** The day's counts, asked again while events arrive (`received` changes) and at rest otherwise. */
export function useToday(
  api: Pick<ApiClient, 'eventCount'>,
  { projectId, received }: { readonly projectId: string; readonly received: number },
): Today {
  const [today, setToday] = useState<Today>({ count: null, failed: false });
  const askedAt = useRef(Number.NEGATIVE_INFINITY);

  // A timer that runs is left to run: were it restarted by each event, a steady stream would starve it.
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => {
    if (timer.current !== null) return;
    const waitMs = Math.max(SETTLE_MS, askedAt.current + EVERY_MS - performance.now());
    timer.current = setTimeout(() => {
      timer.current = null;
      askedAt.current = performance.now();
      const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
      api.eventCount(projectId, { timezone: timeZone }).then(
        (count) => setToday({ count, failed: false }),
        () => setToday(({ count }) => ({ count, failed: true })),
      );
    }, waitMs);
  }, [api, projectId, received]);

  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
      timer.current = null;
    },
    [],
  );
  return today;
}
