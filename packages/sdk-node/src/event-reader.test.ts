import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEventReader, type ServerEvent } from './event-reader.js';

const STREAM =
  ': hello\r\n\r\nid: 7\nretry: 10\nevent: config\ndata: {"revision":1}\n\ndata:a\rdata: b\r\r\nevent: config\ndata\n\nevent: none\n\n';
const EVENTS: readonly ServerEvent[] = [
  { event: 'config', data: '{"revision":1}' },
  { event: 'message', data: 'a\nb' },
  { event: 'config', data: '' },
];

const read = (chunks: readonly string[]) => {
  const events: ServerEvent[] = [];
  const reader = createEventReader((event) => events.push(event));
  return { isSound: chunks.map((chunk) => reader.feed(chunk)).every(Boolean), events };
};

describe('given a stream of server-sent events', () => {
  it('reads the same events wherever it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(STREAM.length)), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), STREAM.length];
        const chunks = at.slice(1).map((end, index) => STREAM.slice(at[index], end));
        expect(read(chunks)).toEqual({ isSound: true, events: EVENTS });
      }),
    );
  });

  it('is none where a line or an event has no end', () => {
    const long = 'x'.repeat(40_000);
    expect(read([long, long]).isSound).toBe(false);
    expect(read([`data: ${long}\n`, `data: ${long}\n`]).isSound).toBe(false);
    expect(read([`data: ${long}\n\n`, `data: ${long}\n\n`]).isSound).toBe(true);
  });
});
