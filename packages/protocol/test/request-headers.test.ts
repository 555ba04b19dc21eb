import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../src/limits.js';
import { readRequestHeaders, readTraceId, writeRequestHeaders } from '../src/request-headers.js';

const SESSION = '0190163d-8694-739b-aea5-966c26f8ad91';
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const read = (headers: Readonly<Record<string, unknown>>) =>
  readRequestHeaders((name) => headers[name]);

describe('given headers of who asks', () => {
  it('reads what was written, whatever characters an id holds, in plain ASCII', () => {
    const id = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(id, id, (anonymousId, userId) => {
        fc.pre(!/\p{Cc}/u.test(anonymousId + userId));
        const ids = { anonymousId, userId, sessionId: SESSION };
        const headers = writeRequestHeaders(ids);
        for (const value of Object.values(headers)) expect(value).toMatch(/^[\x21-\x7e]+$/);
        expect(read(headers)).toEqual(ids);
      }),
    );
    const longest = '€'.repeat(LIMITS.idLength);
    expect(read(writeRequestHeaders({ userId: longest }))).toEqual({ userId: longest });
  });

  it('writes none for what is not known, or cannot be written', () => {
    expect(writeRequestHeaders({ anonymousId: 'a', userId: null, sessionId: '' })).toEqual({
      'px-anonymous-id': 'a',
    });
    expect(writeRequestHeaders({ userId: '\ud83d' })).toEqual({});
  });

  it.each([
    ['nothing', undefined],
    ['an empty one', ''],
    ['a list', ['a', 'b']],
    ['one that came twice', 'ana, eve'],
    ['bytes that are no ASCII', 'añadido'],
    ['a broken escape', '%E2%82'],
    ['no escape at all', '100%'],
    ['a line break', 'ana%0d%0aset-cookie:x'],
    ['a zero', 'ana%00'],
    ['one that is too long', 'a'.repeat(LIMITS.idLength + 1)],
    ['a megabyte', '%41'.repeat(400_000)],
  ])('takes %s for no id', (_, value) => {
    expect(read({ 'px-anonymous-id': value, 'px-user-id': value })).toEqual({});
  });

  it('takes a session by a UUID alone', () => {
    expect(read({ 'px-session-id': SESSION })).toEqual({ sessionId: SESSION });
    expect(read({ 'px-session-id': 'yesterday' })).toEqual({});
  });

  it.each([
    [`00-${TRACE}-00f067aa0ba902b7-01`, TRACE],
    [`00-${TRACE}-00f067aa0ba902b7-00`, TRACE],
    [`cc-${TRACE}-00f067aa0ba902b7-01-what.the.future.will.be`, TRACE],
    [`00-${TRACE}-00f067aa0ba902b7-01-more`, null],
    [`ff-${TRACE}-00f067aa0ba902b7-01`, null],
    [`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, null],
    [`00-${TRACE}-${'0'.repeat(16)}-01`, null],
    [`00-${TRACE.toUpperCase()}-00f067aa0ba902b7-01`, null],
    [`00-${TRACE}-00f067aa0ba902b7`, null],
    ['', null],
    [undefined, null],
  ])('reads of traceparent %s the trace %s', (traceparent, traceId) => {
    expect(readTraceId(traceparent)).toBe(traceId);
    expect(read({ traceparent })).toEqual(traceId === null ? {} : { traceId });
  });
});
