/** Event names that PX SDKs emit by themselves. A tenant's own events may use any other name. */
export const EVENT_NAMES = {
  pageView: 'page_view',
  pageLeave: 'page_leave',
  click: 'click',
  rageClick: 'rage_click',
  deadClick: 'dead_click',
  errorClick: 'error_click',
  thrashedCursor: 'thrashed_cursor',
  scroll: 'scroll',
  formSubmit: 'form_submit',
  formAbandon: 'form_abandon',
  error: 'error',
  network: 'network',
  performance: 'performance',
  longFrame: 'long_frame',
  feedback: 'feedback',
} as const;

/** Control events: they change what PX knows instead of describing what a person did. */
export const CONTROL_EVENTS = {
  identify: '$identify',
  alias: '$alias',
  group: '$group',
  exposure: '$exposure',
  action: '$action',
  /** What a client lost, and why. */
  delivery: '$delivery',
} as const;

/** Names starting with this character belong to PX. */
export const CONTROL_PREFIX = '$';

export type EventName = (typeof EVENT_NAMES)[keyof typeof EVENT_NAMES];
export type ControlEvent = (typeof CONTROL_EVENTS)[keyof typeof CONTROL_EVENTS];

const controlEvents: ReadonlySet<string> = /* @__PURE__ */ new Set(
  /* @__PURE__ */ Object.values(CONTROL_EVENTS),
);

/** Whether a `$`-name is one PX defines. */
export function isControlEvent(name: string): name is ControlEvent {
  return controlEvents.has(name);
}
