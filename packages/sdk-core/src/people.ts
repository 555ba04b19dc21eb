import { CONTROL_EVENTS, CONTROL_PREFIX, type JsonObject } from '@px-platform/protocol';
import { DROP_REASONS } from './errors.js';
import type { FeatureContext, Features } from './features.js';
import { parseUserId } from './identity.js';
import { parseJson } from './parse-json.js';
import { PRIORITIES } from './platform.js';
import { toJsonObject } from './to-json.js';

/** What else can be said of people: other ids of theirs, what they belong to, and what goes for all their events. */
export interface PeopleVerbs {
  /** Says that what an id did while nobody was known was done by this person. @default previousId: this device's own */
  alias(userId: string, previousId?: string): void;
  /** Says what the person belongs to: one group of each type. Every later event says so, too. */
  group(type: string, key: string, traits?: object): void;
  /** Puts properties on every later event; the event's own come first. Kept across visits. */
  register(properties: object): void;
  /** The same, but for what is registered already. */
  registerOnce(properties: object): void;
  /** Takes one of them back. */
  unregister(name: string): void;
}

/** The names of the verbs. */
export const PEOPLE_VERBS: readonly (keyof PeopleVerbs)[] = [
  'alias',
  'group',
  'register',
  'registerOnce',
  'unregister',
];

/** Where what the person belongs to is kept. */
export const GROUPS = 'groups';
/** Where what goes for all events is kept. */
export const REGISTERED = 'registered';

/** Creates the verbs, and what they add to events. */
export function createPeople({
  platform: { storage },
  personChanged,
  record,
  refuse,
}: FeatureContext): Pick<Features<PeopleVerbs>, 'verbs' | 'describe' | 'reset'> {
  const read = (key: string) => Object(parseJson(storage.get(key))) as JsonObject;
  const write = (key: string, value: object) => {
    storage.set(key, JSON.stringify(toJsonObject(value).value));
    personChanged?.();
  };
  const control = { priority: PRIORITIES.control };

  return {
    verbs: {
      alias(givenId, previousId) {
        const userId = parseUserId(givenId);
        const previous = previousId === undefined ? undefined : parseUserId(previousId);
        if (userId === null || previous === null)
          return refuse(DROP_REASONS.invalidUserId, 'alias', givenId, previousId);
        record(CONTROL_EVENTS.alias, { previous_id: previous }, { ...control, userId });
      },
      group(type, givenKey, traits = {}) {
        const key = parseUserId(givenKey);
        if (key === null || typeof type !== 'string' || !type)
          return refuse(DROP_REASONS.invalidGroup, 'group', type, givenKey);
        write(GROUPS, { ...read(GROUPS), [type]: key });
        record(CONTROL_EVENTS.group, { type, key, $set: traits }, control);
      },
      register: (properties) => write(REGISTERED, { ...read(REGISTERED), ...properties }),
      registerOnce: (properties) => write(REGISTERED, { ...properties, ...read(REGISTERED) }),
      unregister: (name) => write(REGISTERED, { ...read(REGISTERED), [name]: undefined }),
    },
    describe({ event, properties, context }) {
      const groups = read(GROUPS) as Readonly<Record<string, string>>;
      return {
        event,
        properties: event.startsWith(CONTROL_PREFIX)
          ? properties
          : { ...read(REGISTERED), ...properties },
        context: Object.keys(groups).length > 0 ? { ...context, groups } : context,
      };
    },
    reset() {
      storage.remove(GROUPS);
      storage.remove(REGISTERED);
    },
  };
}
