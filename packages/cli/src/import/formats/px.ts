import { bad, events, type ImportedEvent, type ImportFormat } from './format.js';
import { asText, asTime, parseObject } from './json-line.js';

/** What is sent of an object; the rest is nobody's. */
const MEMBERS = [
  'event_id',
  'event',
  'user_id',
  'anonymous_id',
  'session_id',
  'properties',
  'timestamp',
  'seq',
  'context',
] as const;

/** Our own shape, as `POST /v1/batch` takes it, one object a line. Whether it holds is for the collector to say. */
export const pxFormat: ImportFormat = {
  name: 'px',
  title: 'events of PX',
  recognises(line) {
    const event = parseObject(line);
    return (
      event !== null &&
      asText(event['event']) !== null &&
      (event['user_id'] !== undefined || event['anonymous_id'] !== undefined)
    );
  },
  createReader: () => (line) => {
    const event = parseObject(line);
    if (!event) return bad('not a JSON object');
    if (asText(event['event']) === null) return bad('no "event"');
    // An event without a time would get another one with each import.
    if (asTime(event['timestamp']) === null) return bad('no "timestamp" that can be read');
    const members = MEMBERS.flatMap((name) =>
      event[name] === undefined ? [] : [[name, event[name]] as const],
    );
    return events(Object.fromEntries(members) as unknown as ImportedEvent);
  },
};
