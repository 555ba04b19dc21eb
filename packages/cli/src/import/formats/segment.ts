import {
  CONTROL_EVENTS,
  EVENT_NAMES,
  isUuid,
  type JsonObject,
  type ServerContext,
} from '@px-platform/protocol';
import { idFrom } from '../line-ids.js';
import { bad, events, type ImportFormat } from './format.js';
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

const TYPES: ReadonlySet<unknown> = new Set([
  'track',
  'identify',
  'page',
  'screen',
  'group',
  'alias',
]);

/** Of a page call's properties, what is the page's address and has a place of its own. */
const ADDRESS: ReadonlySet<string> = new Set(['url', 'path', 'search', 'title', 'referrer']);

/** Segment's calls as it writes them to a bucket: one a line, in JSON. */
export const segmentFormat: ImportFormat = {
  name: 'segment',
  title: 'a Segment export',
  recognises(line) {
    const call = parseObject(line);
    return (
      call !== null &&
      TYPES.has(call['type']) &&
      ['messageId', 'anonymousId', 'userId'].some((name) => call[name] !== undefined)
    );
  },
  createReader: () => (line) => {
    const call = parseObject(line);
    if (!call) return bad('not a JSON object');
    if (!TYPES.has(call['type'])) return bad('"type" is no call of Segment’s');
    // `timestamp` is Segment's correction of the device's clock, `originalTimestamp` that clock itself.
    const timestamp = asTime(call['timestamp']) ?? asTime(call['originalTimestamp']);
    if (timestamp === null) return bad('no "timestamp" or "originalTimestamp" that can be read');
    const said = sayingOf(call);
    if (!said) return bad('a track call without "event"');
    const message = asText(call['messageId']);
    return events({
      ...(message !== null && {
        event_id: isUuid(message) ? message : idFrom('segment', message),
      }),
      ...identityOf(call),
      ...said,
      timestamp,
      context: contextOf(call),
    });
  },
};

/** What was done: the event's name, and what is said about it. */
function sayingOf(call: JsonObject): { event: string; properties: JsonObject } | null {
  const properties = asObject(call['properties']) ?? {};
  const traits = asObject(call['traits']) ?? asObject(asObject(call['context'])?.['traits']) ?? {};
  const labels = texts({ name: call['name'], category: call['category'] });
  switch (call['type']) {
    case 'page':
      return {
        event: EVENT_NAMES.pageView,
        properties: { ...labels, ...without(properties, (key) => ADDRESS.has(key)) },
      };
    case 'screen':
      return { event: 'screen_view', properties: { ...labels, ...properties } };
    case 'identify':
      return { event: CONTROL_EVENTS.identify, properties: { $set: traits } };
    case 'group':
      return {
        event: CONTROL_EVENTS.group,
        properties: { type: 'group', key: asId(call['groupId']) ?? '', $set: traits },
      };
    case 'alias':
      return {
        event: CONTROL_EVENTS.alias,
        properties: { previous_id: asId(call['previousId']) ?? '' },
      };
    default: {
      const event = ordinaryName(asText(call['event']) ?? '');
      return event === '' ? null : { event, properties };
    }
  }
}

function identityOf(call: JsonObject): { user_id?: string; anonymous_id?: string } {
  return texts({ user_id: call['userId'], anonymous_id: call['anonymousId'] });
}

function contextOf(call: JsonObject): ServerContext {
  const context = asObject(call['context']) ?? {};
  const properties = call['type'] === 'page' ? (asObject(call['properties']) ?? {}) : {};
  const page = { ...asObject(context['page']), ...properties };
  const screen = asObject(context['screen']) ?? {};
  const campaign = asObject(context['campaign']) ?? {};
  const { name, source, medium, term, content } = campaign;
  return {
    ...unlessEmpty(
      'page',
      texts({ url: page['url'], title: page['title'], referrer: page['referrer'] }),
    ),
    ...unlessEmpty(
      'device',
      numbers({
        screen_width: screen['width'],
        screen_height: screen['height'],
        pixel_ratio: screen['density'],
      }),
    ),
    ...unlessEmpty(
      'campaign',
      texts({
        utm_campaign: name,
        utm_source: source,
        utm_medium: medium,
        utm_term: term,
        utm_content: content,
      }),
    ),
    ...unlessEmpty('groups', texts({ group: context['groupId'] })),
    ...texts({ locale: context['locale'], timezone: context['timezone'] }),
    // Never left out: they would be taken for those of the machine that imports.
    ip: asText(context['ip']) ?? '',
    user_agent: asText(context['userAgent']) ?? '',
  };
}
