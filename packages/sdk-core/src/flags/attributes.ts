import {
  CONTROL_EVENTS,
  EVENT_NAMES,
  type DeviceContext,
  type JsonObject,
  type PxEvent,
} from '@px-platform/protocol';
import type { Attributes } from '@px-platform/protocol/flags';
import type { FeatureContext } from '../features.js';
import { GROUPS, REGISTERED } from '../people.js';
import { createKept } from './kept.js';
import type { Visit } from './visit.js';

/** What is known of the person of now. */
export interface PersonAttributes {
  get(): Attributes;
  /** Lays the page's own word over what is known. */
  set(attributes: Attributes): void;
  /** Learns from an event. */
  note(event: PxEvent): void;
  reset(): void;
}

/** Up to so many pixels on its shorter side, what is touched is a phone, or a tablet. */
const PHONE_PX = 600;
const TABLET_PX = 1_100;

/** Creates them. Read anew each time: another tab may have signed somebody in. */
export function createAttributes(
  { platform: { context, storage }, identity }: Pick<FeatureContext, 'platform' | 'identity'>,
  visit: Visit,
  segments: () => readonly string[] | undefined,
): PersonAttributes {
  const registered = createKept<JsonObject>(storage, REGISTERED);
  const groups = createKept<JsonObject>(storage, GROUPS);
  /** In memory alone: an address or a name is nothing to leave in a browser. */
  let traits: JsonObject = {};
  let named: string | null | undefined;
  let own: Attributes = {};

  return {
    get() {
      const { anonymousId, userId } = identity.get();
      const { sessions, days, before, events } = visit.get();
      const { page: { url = '' } = {}, device, locale } = context();
      return {
        $url: url,
        $path: /^\w+:\/\/[^/]*([^?#]*)/.exec(url)?.[1],
        $lang: locale,
        $device: device && kindOf(device),
        $visits: days,
        $sessions: sessions,
        $last_seen: before || null,
        $session_events: events,
        $rage_clicks: events[EVENT_NAMES.rageClick] ?? 0,
        $segments: segments(),
        ...registered.get(),
        ...groups.get(),
        ...(named === userId && traits),
        id: userId ?? anonymousId,
        user_id: userId ?? undefined,
        anonymous_id: anonymousId,
        ...withPerson(own, userId),
      };
    },
    set(attributes) {
      own = { ...own, ...attributes };
    },
    note({ event, user_id: userId, properties }) {
      if (event !== CONTROL_EVENTS.identify) return;
      traits = { ...(named === userId && traits), ...(properties?.['$set'] as JsonObject) };
      named = userId;
    },
    reset() {
      traits = own = {};
    },
  };
}

/** What is said of a person. Another than the known one did not use this device before signing in. */
export function withPerson(given: Attributes, known: unknown): Attributes {
  const said = Object.fromEntries(
    Object.entries(Object(given) as Attributes).filter(([, value]) => value !== undefined),
  );
  const { user_id: userId } = said;
  if (!userId) return said;
  const isAnother = (known ?? userId) !== userId;
  return { id: userId, ...(isAnother && { anonymous_id: undefined }), ...said };
}

/** As far as it can be told by its screen. */
function kindOf({ touch, screen_width = 0, screen_height = 0 }: DeviceContext): string {
  const side = touch ? Math.min(screen_width, screen_height) : TABLET_PX;
  return side < PHONE_PX ? 'mobile' : side < TABLET_PX ? 'tablet' : 'desktop';
}
