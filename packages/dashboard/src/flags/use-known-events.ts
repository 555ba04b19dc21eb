import { useEffect, useState } from 'react';
import type { ApiClient } from '../api/api-client.js';
import { EVENTS_DAYS, type KnownEvents, knownEvents } from './event-hint.js';

/** What people did of late. Null: not known, or not yet. */
export function useKnownEvents(
  api: Pick<ApiClient, 'eventCount'>,
  projectId: string,
): KnownEvents | null {
  const [known, setKnown] = useState<KnownEvents | null>(null);
  useEffect(() => {
    let isShown = true;
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    api.eventCount(projectId, { timezone: timeZone, since: `${EVENTS_DAYS}d` }).then(
      (count) => isShown && setKnown(knownEvents(count)),
      // Names can be typed without it.
      () => {},
    );
    return () => {
      isShown = false;
    };
  }, [api, projectId]);
  return known;
}
