import type { ControlEvent, EventName, JsonObject, JsonValue } from '@px-platform/protocol';
import type { EventFacts } from './event-facts.js';

/** One property of a summary, ready to print. */
export interface SummaryPart {
  readonly key: string;
  readonly value: string;
}

const IDENTIFY: ControlEvent = '$identify';
const PAGE_VIEW: EventName = 'page_view';
/** Joins the events of a view; to a reader it is a number like any other. */
const VIEW_ID = 'view_id';
const MAX_PARTS = 4;
const MAX_VALUE = 48;

/** Keys that tell most about an event, for the names PX emits itself. Others show what comes first. */
const TELLING: Partial<Readonly<Record<EventName, readonly string[]>>> = {
  page_view: ['title', 'path', 'url', 'previous_url', 'navigation'],
  click: ['name', 'text', 'href', 'id', 'selector', 'tag'],
  rage_click: ['text', 'selector', 'count', 'clicks'],
  dead_click: ['text', 'selector'],
  page_leave: ['engaged_ms', 'max_scroll_percent', 'duration_ms', 'max_scroll_px'],
  scroll: ['depth_percent', 'depth_px'],
  form_submit: ['form', 'name', 'id', 'selector', 'duration_ms'],
  form_abandon: ['last_field', 'form', 'name', 'id', 'invalid_fields', 'selector'],
  error: ['message', 'type', 'count', 'handled'],
  network: ['status', 'method', 'url', 'duration_ms'],
  performance: ['lcp', 'inp', 'cls', 'ttfb'],
  long_frame: ['duration_ms', 'blocking_ms', 'script', 'function'],
  feedback: ['score', 'rating', 'text'],
};

/** Keys worth seeing first in a tenant's own events: what went wrong, where, and for how much. */
const USUAL: readonly string[] = [
  'step',
  'error',
  'reason',
  'code',
  'status',
  'plan',
  'product',
  'name',
  'value',
  'price',
  'total',
  'amount',
];

/** The most telling properties of an event, in the order to print them. */
export function eventSummary(
  event: string,
  { properties, title }: Pick<EventFacts, 'properties' | 'title'>,
): readonly SummaryPart[] {
  const shown = shownOf(event, { properties, title });
  const telling =
    (TELLING as { readonly [event: string]: readonly string[] | undefined })[event] ?? USUAL;
  const keys = Object.keys(shown).filter((key) => key !== VIEW_ID && printable(shown[key]));
  const rank = (key: string) => {
    const place = telling.indexOf(key);
    // A nested value tells less than any plain one.
    return (place < 0 ? telling.length : place) + (typeof shown[key] === 'object' ? 1_000 : 0);
  };
  return keys
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, MAX_PARTS)
    .map((key) => ({ key, value: print(shown[key]) }));
}

function shownOf(
  event: string,
  { properties, title }: Pick<EventFacts, 'properties' | 'title'>,
): JsonObject {
  if (event === IDENTIFY) return traitsOf(properties);
  // The page is what a page view is about, and its sender puts it beside the properties.
  return event === PAGE_VIEW && title !== '' ? { title, ...properties } : properties;
}

function traitsOf(properties: JsonObject): JsonObject {
  const set = properties['$set'];
  const once = properties['$set_once'];
  return { ...(isObject(once) ? once : {}), ...(isObject(set) ? set : {}) };
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function printable(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && value !== '';
}

function print(value: JsonValue | undefined): string {
  if (Array.isArray(value)) {
    return value.every((one) => typeof one !== 'object' || one === null)
      ? cut(value.join(', '))
      : `[${value.length}]`;
  }
  if (isObject(value)) return `{${cut(Object.keys(value).join(', '))}}`;
  return cut(typeof value === 'string' ? value : JSON.stringify(value));
}

function cut(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > MAX_VALUE ? `${line.slice(0, MAX_VALUE - 1).trimEnd()}…` : line;
}
