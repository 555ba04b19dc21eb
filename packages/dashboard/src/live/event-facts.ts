import type { JsonObject, JsonValue, LiveEvent } from '@px-platform/protocol';

/** What a row says about an event at a glance, whichever step or sender it came from. */
export interface EventFacts {
  readonly properties: JsonObject;
  /** The customer's own id, when the event carried one. */
  readonly userId: string | null;
  readonly anonymousId: string | null;
  readonly path: string;
  readonly title: string;
  readonly browser: string;
  readonly country: string;
  /** Place by place, from the smallest: `Lisbon, Lisbon District, PT`. */
  readonly place: string;
  readonly isBot: boolean;
}

/** Reads the facts of an event: what the steps found first, what the sender claimed otherwise. */
export function eventFacts(event: LiveEvent): EventFacts {
  const arrived = asObject(event.arrived);
  const context = asObject(arrived['context']);
  const page = asObject(context['page']);
  const found: Record<string, JsonValue> = {};
  for (const step of event.steps) Object.assign(found, step.added);
  return {
    properties: asObject(arrived['properties']),
    userId: text(arrived['user_id']) || null,
    anonymousId: text(arrived['anonymous_id']) || null,
    path: text(found['page_path']) || pathOf(text(page['url'])),
    title: text(found['page_title']) || text(page['title']),
    browser: text(found['browser']),
    country: text(found['geo_country']),
    place: ['geo_city', 'geo_region', 'geo_country']
      .map((name) => text(found[name]))
      .filter(Boolean)
      .join(', '),
    isBot: found['is_bot'] === true,
  };
}

function asObject(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : {};
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : '';
}
