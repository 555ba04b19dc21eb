import { CONTROL_EVENTS, type PxEvent } from '@px-platform/protocol';
import type { Exposure } from '@px-platform/protocol/flags';
import type { FeatureContext } from '../features.js';
import { PRIORITIES } from '../platform.js';
import { exposureId, exposureName, exposureProperties } from './exposure-event.js';
import type { Visit } from './visit.js';

/** The books of who was told to be in which experiment. */
export interface Exposures {
  /** Records that a unit is in an experiment, unless this session has said so already. */
  expose(exposure: Exposure, revision: number): void;
  /** Gives an exposure the id that it has in every tab. */
  finish(event: PxEvent): PxEvent;
}

const UUID_LENGTH = 36;
/** Of a UUIDv7: its time. Events are kept, and grow too old, by their ids. */
const TIME_LENGTH = 14;

/** Creates the books, which are kept with the visit. */
export function createExposures(
  { consent, record }: Pick<FeatureContext, 'consent' | 'record'>,
  visit: Visit,
): Exposures {
  /** Until the person has answered. */
  const held: (() => void)[] = [];

  const expose: Exposures['expose'] = (exposure, revision) => {
    const { session, exposed } = visit.get();
    const { analytics } = consent();
    if (analytics === 'pending') held.push(() => expose(exposure, revision));
    if (analytics !== 'granted') return;
    const said = exposureProperties(exposure, revision);
    if (exposed.includes(exposureName(session, said))) return;
    record(CONTROL_EVENTS.exposure, said, { priority: PRIORITIES.control });
  };

  return {
    expose,
    finish(event) {
      // An event was made: the person may have agreed. Not within its making.
      for (const run of held.splice(0)) void Promise.resolve().then(run);
      const { session_id: session = null, properties = {} } = event;
      if (event.event !== CONTROL_EVENTS.exposure) return event;
      const name = exposureName(session, properties);
      visit.set({ exposed: [...visit.get().exposed, name] });
      if (session?.length !== UUID_LENGTH) return event;
      return { ...event, event_id: exposureId(session.slice(0, TIME_LENGTH), name) };
    },
  };
}
