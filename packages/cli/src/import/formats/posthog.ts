import {
  CONTROL_EVENTS,
  EVENT_NAMES,
  isUuid,
  type JsonObject,
  type ServerContext,
} from '@px-platform/protocol';
import { idFrom } from '../line-ids.js';
import { bad, events, type ImportedEvent, type ImportFormat } from './format.js';
import {
  asId,
  asObject,
  asText,
  asTime,
  numbers,
  ordinaryName,
  parseObject,
  texts,
  unlessEmpty,
  without,
} from './json-line.js';

/** What is the same thing here by another name. Any other loses its `$`. */
const NAMES: Readonly<Record<string, string>> = {
  $pageview: EVENT_NAMES.pageView,
  $pageleave: EVENT_NAMES.pageLeave,
  $rageclick: EVENT_NAMES.rageClick,
  $dead_click: EVENT_NAMES.deadClick,
  $exception: EVENT_NAMES.error,
  $web_vitals: EVENT_NAMES.performance,
  $screen: 'screen_view',
};
const AUTOCAPTURED: Readonly<Record<string, string>> = {
  click: EVENT_NAMES.click,
  submit: EVENT_NAMES.formSubmit,
};

/** Properties that have a place of their own, or are about PostHog's delivery and not about the event. */
const PLACED: ReadonlySet<string> = new Set(
  (
    '$current_url $host $pathname $referrer $referring_domain $title $session_id $window_id $device_id $user_id ' +
    '$anon_distinct_id $is_identified $process_person_profile $set $set_once $unset $groups $group_0 $group_1 ' +
    '$group_2 $group_3 $group_4 $ip $raw_user_agent $browser_language $timezone $screen_width $screen_height ' +
    '$viewport_width $viewport_height $lib $lib_version $insert_id $time $sent_at $configured_session_timeout_ms ' +
    '$group_type $group_key $group_set token distinct_id alias'
  ).split(' '),
);
const CAMPAIGN = /^(utm_\w+|gclid|fbclid|msclkid|ttclid|li_fat_id|twclid|igshid)$/;

/** PostHog's batch exports and event exports: one event a line, in JSON. */
export const posthogFormat: ImportFormat = {
  name: 'posthog',
  title: 'a PostHog export',
  recognises(line) {
    const row = parseObject(line);
    return row !== null && asText(row['event']) !== null && row['distinct_id'] !== undefined;
  },
  createReader: () => (line) => {
    const row = parseObject(line);
    if (!row) return bad('not a JSON object');
    const name = asText(row['event']);
    if (name === null) return bad('no "event"');
    const distinctId = asId(row['distinct_id']);
    if (distinctId === null) return bad('no "distinct_id"');
    const timestamp = asTime(row['timestamp']);
    if (timestamp === null) return bad('no "timestamp" that can be read');
    const properties = objectOrText(row['properties']) ?? {};

    const uuid = asText(row['uuid']);
    const event_id = uuid === null ? null : isUuid(uuid) ? uuid : idFrom('posthog', uuid);
    const said = sayingOf(name, properties);
    const event: ImportedEvent = {
      ...(event_id !== null && { event_id }),
      ...identityOf(name, distinctId, properties),
      ...texts({ session_id: properties['$session_id'] }),
      ...said,
      timestamp,
      context: contextOf(properties),
    };
    if (event.event === '') return bad('no "event"');
    return events(event, ...traitsBeside(event, properties));
  },
};

/** Some of the exports hold the properties as a text. */
function objectOrText(value: JsonObject[string] | undefined): JsonObject | null {
  return typeof value === 'string' ? parseObject(value) : asObject(value);
}

function sayingOf(name: string, properties: JsonObject): { event: string; properties: JsonObject } {
  switch (name) {
    case '$identify':
    case '$set':
      return { event: CONTROL_EVENTS.identify, properties: traitsOf(properties) };
    case '$create_alias':
      return {
        event: CONTROL_EVENTS.alias,
        properties: { previous_id: asId(properties['alias']) ?? '' },
      };
    case '$groupidentify':
      return {
        event: CONTROL_EVENTS.group,
        properties: {
          type: asText(properties['$group_type']) ?? 'group',
          key: asId(properties['$group_key']) ?? '',
          $set: asObject(properties['$group_set']) ?? {},
        },
      };
  }
  const own = without(properties, (key) => PLACED.has(key) || CAMPAIGN.test(key));
  if (name === '$autocapture') {
    const type = asText(properties['$event_type']) ?? 'autocapture';
    return { event: AUTOCAPTURED[type] ?? ordinaryName(type), properties: own };
  }
  return { event: NAMES[name] ?? ordinaryName(name), properties: own };
}

/**
 * PostHog has one id where PX has two: of a known person, and of a device. It is a device's while it equals the
 * device's own, or while the SDK said that nobody is identified.
 */
function identityOf(
  name: string,
  distinctId: string,
  properties: JsonObject,
): { user_id?: string; anonymous_id?: string } {
  const device = asId(properties['$device_id']);
  if (name === '$identify') {
    return {
      user_id: distinctId,
      ...texts({ anonymous_id: properties['$anon_distinct_id'] ?? device ?? undefined }),
    };
  }
  const isAnonymous =
    distinctId === device ||
    properties['$is_identified'] === false ||
    // Before PostHog said so, a browser's own ids were told by their form alone.
    (properties['$is_identified'] === undefined &&
      properties['$user_id'] === undefined &&
      name !== '$create_alias' &&
      isUuid(distinctId));
  if (isAnonymous) return { anonymous_id: distinctId };
  return { user_id: distinctId, ...(device !== null && { anonymous_id: device }) };
}

/** What is said of the person. PostHog's own (`$initial_referrer`, `$browser`) are known from the events. */
function traitsOf(properties: JsonObject): JsonObject {
  const isTheirs = (key: string) => key.startsWith('$') || CAMPAIGN.test(key);
  const set = without(asObject(properties['$set']) ?? {}, isTheirs);
  const setOnce = without(asObject(properties['$set_once']) ?? {}, isTheirs);
  return { ...unlessEmpty('$set', set), ...unlessEmpty('$set_once', setOnce) };
}

/** PostHog says things of a person with any event, PX with `$identify` alone: so there are two. */
function traitsBeside(event: ImportedEvent, properties: JsonObject): ImportedEvent[] {
  const traits = traitsOf(properties);
  if (
    event.event.startsWith('$') ||
    event.user_id === undefined ||
    event.event_id === undefined ||
    Object.keys(traits).length === 0
  )
    return [];
  const { user_id, anonymous_id, timestamp, context } = event;
  return [
    {
      event_id: idFrom('posthog-set', event.event_id),
      event: CONTROL_EVENTS.identify,
      user_id,
      ...(anonymous_id !== undefined && { anonymous_id }),
      properties: traits,
      timestamp,
      ...(context && { context }),
    },
  ];
}

function contextOf(properties: JsonObject): ServerContext {
  const referrer = asText(properties['$referrer']);
  return {
    ...unlessEmpty(
      'page',
      texts({
        url: properties['$current_url'],
        title: properties['$title'] ?? properties['title'],
        // PostHog's word for none.
        referrer: referrer === null || referrer === '$direct' ? undefined : referrer,
      }),
    ),
    ...unlessEmpty(
      'device',
      numbers({
        screen_width: properties['$screen_width'],
        screen_height: properties['$screen_height'],
        viewport_width: properties['$viewport_width'],
        viewport_height: properties['$viewport_height'],
      }),
    ),
    ...unlessEmpty(
      'campaign',
      texts(Object.fromEntries(Object.entries(properties).filter(([key]) => CAMPAIGN.test(key)))),
    ),
    ...unlessEmpty('groups', texts({ ...asObject(properties['$groups']) })),
    ...texts({ locale: properties['$browser_language'], timezone: properties['$timezone'] }),
    // Never left out: they would be taken for those of the machine that imports.
    ip: asText(properties['$ip']) ?? '',
    user_agent: asText(properties['$raw_user_agent']) ?? '',
  };
}
