import { CONTROL_EVENTS, type JsonObject, type PxEvent } from '@px-platform/protocol';
import type { Exposure } from '@px-platform/protocol/flags';
import type { FeatureContext } from '../features.js';
import { PRIORITIES } from '../platform.js';
import { digest } from './digest.js';
import { createKept } from './kept.js';

/** The books of who was told to be in which experiment. */
export interface Exposures {
  /** Records that a unit is in an experiment, unless this session has said so already. */
  expose(exposure: Exposure, revision: number): void;
  /** Gives an exposure the id that it has in every tab. */
  finish(event: PxEvent): PxEvent;
}

/** `told`: of one session, by the end of their ids. */
interface Kept {
  readonly session: string;
  readonly told: readonly string[];
}

const UUID_LENGTH = 36;
/** Of a UUIDv7: its time. Events are kept, and grow too old, by their ids. */
const TIME_LENGTH = 14;

/** Creates the books. They are kept with the session, for every tab and the next page. */
export function createExposures(
  { platform: { storage }, consent, record }: FeatureContext,
  session: () => string | undefined,
): Exposures {
  const kept = createKept<Kept>(storage, 'exposed');
  /** Until the person has answered. */
  const held = new Map<string, () => void>();

  const nameOf = (sessionId: string | null | undefined, properties: JsonObject) =>
    digest(
      JSON.stringify([
        sessionId,
        ...['experiment', 'variant', 'unit_type', 'unit_id', 'phase'].map((name) => properties[name]),
      ]),
    );

  const expose: Exposures['expose'] = (exposure, revision) => {
    const properties = {
      experiment: exposure.experiment,
      variant: exposure.variant,
      variation_id: exposure.variationId,
      unit_type: exposure.unitType,
      unit_id: exposure.unitId,
      phase: exposure.phase,
      bucket_version: exposure.bucketVersion,
      revision,
      is_sticky: exposure.isSticky,
      flag: exposure.flag,
      rule_id: exposure.ruleId,
    };
    const state = consent().analytics;
    const now = session();
    const { session: then, told = [] } = kept.get();
    const name = nameOf(now, properties);
    if (state === 'pending') held.set(name, () => expose(exposure, revision));
    if (state === 'granted' && !(now === then && told.includes(name)))
      record(CONTROL_EVENTS.exposure, properties, { priority: PRIORITIES.control });
  };

  return {
    expose,
    finish(event) {
      if (held.size > 0) {
        // The person has agreed to something at least: an event was made. Not within its making.
        const due = [...held.values()];
        held.clear();
        void Promise.resolve().then(() => due.forEach((run) => run()));
      }
      const { event: type, event_id, session_id: id = '', properties = {} } = event;
      if (type !== CONTROL_EVENTS.exposure) return event;
      const name = nameOf(id, properties);
      const { session: then, told = [] } = kept.get();
      kept.set({ session: id as string, told: then === id ? [...told, name] : [name] });
      if (id?.length !== UUID_LENGTH) return event;
      const tail = digest(name);
      return {
        ...event,
        // Of version 8: made from what it says.
        event_id: `${id.slice(0, TIME_LENGTH)}8${tail.slice(0, 3)}-8${tail.slice(3, 6)}-${name.slice(0, 12)}`,
      };
    },
  };
}
