import { CONTROL_EVENTS } from '@px-platform/protocol';
import {
  exposureId,
  exposureName,
  exposureProperties,
  type FlagAttributes,
} from '@px-platform/sdk-core';
import type { Call } from './event-maker.js';
import { periodOf, type FlagExposure } from './exposures.js';
import { clock } from './node-platform.js';

/** Of a UUIDv7: its time. */
const TIME_LENGTH = 14;

/**
 * The event of an exposure. Its id is made from what it says: within a visit it is the one that the page gives it, and
 * without one the same in every process of a day, so that many servers tell it once.
 */
export function exposureCall(
  { revision, ...exposure }: FlagExposure,
  context: FlagAttributes,
): Call {
  const properties = exposureProperties(exposure, revision);
  const { session, dayMs } = periodOf(context, clock.now());
  const time = session?.slice(0, TIME_LENGTH) ?? timeOf(dayMs);
  const { unitType, unitId } = exposure;
  const idOf = (name: string) => textOf(context[name]) ?? (unitType === name ? unitId : undefined);
  const anonymousId = idOf('anonymous_id');
  // A unit of another kind, such as a company, is nobody; whoever has nothing but an `id` is known by it.
  const userId = idOf('user_id') ?? (anonymousId === undefined ? idOf('id') : undefined);
  return {
    verb: 'exposure',
    event: CONTROL_EVENTS.exposure,
    properties,
    details: {
      userId,
      anonymousId,
      sessionId: session,
      eventId: exposureId(time, exposureName(session, properties)),
    },
    isControl: true,
  };
}

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

/** As a UUIDv7 begins that is made then. */
function timeOf(ms: number): string {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-`;
}
