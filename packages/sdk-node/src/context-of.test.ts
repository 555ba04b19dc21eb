import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cookiePrefix, writeRequestHeaders } from '@px-platform/protocol';
import { writeSession } from '@px-platform/sdk-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contextOf, type ContextOptions } from './context-of.js';

const SESSION = '0190163d-8694-739b-aea5-966c26f8ad91';
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const ids = { anonymousId: 'device', userId: 'zoë', sessionId: SESSION };
const traceparent = `00-${TRACE}-00f067aa0ba902b7-01`;

const MINUTE_MS = 60_000;
const cookies = (values: Readonly<Record<string, string>>, projectId = 'shop') =>
  Object.entries(values)
    .map(([name, value]) => `${cookiePrefix(projectId)}${name}=${encodeURIComponent(value)}`)
    .join('; ');
const kept = (agoMs: number) => writeSession(SESSION, Date.now() - agoMs);

describe('given the headers of a request', () => {
  it('reads who the page says it is, and the trace, of Node and of the web', () => {
    const headers = { ...writeRequestHeaders(ids), traceparent };
    const expected = { ...ids, traceId: TRACE, context: {} };
    expect(contextOf(headers)).toEqual(expected);
    expect(contextOf(new Headers(headers))).toEqual(expected);
  });

  it('knows nobody where nothing is said, and takes no id that cannot be one', () => {
    expect(contextOf({})).toEqual({ context: {} });
    expect(
      contextOf({
        'px-anonymous-id': 'undefined',
        'px-user-id': '0',
        'px-session-id': 'x',
        traceparent: 'nonsense',
      }),
    ).toEqual({ context: {} });
  });

  it('holds to who is signed in, whatever the page says', () => {
    const headers = writeRequestHeaders(ids);
    expect(contextOf(headers, { userId: 'zoë' })).toMatchObject(ids);
    expect(contextOf(headers, { userId: undefined })).toMatchObject(ids);
    expect(contextOf(headers, { userId: null })).toEqual({
      anonymousId: 'device',
      sessionId: SESSION,
      context: {},
    });
    // Somebody else's device.
    expect(contextOf(headers, { userId: 'bob' })).toEqual({ userId: 'bob', context: {} });
    expect(
      contextOf(writeRequestHeaders({ anonymousId: 'device' }), { userId: 'bob' }),
    ).toMatchObject({ userId: 'bob', anonymousId: 'device' });
  });

  it('reads the cookies of a page that keeps its ids there, while the visit lasts', () => {
    const values = { anonymous_id: 'device', user_id: 'zoë', session: kept(29 * MINUTE_MS) };
    const cookie = `theme=dark; ${cookies(values)}; px_=x; px_shop_consent=%7B%7D`;
    expect(contextOf({ cookie })).toEqual({ ...ids, context: {} });
    expect(contextOf({ cookie }, { sessionTimeoutMs: MINUTE_MS })).not.toHaveProperty('sessionId');
    expect(contextOf({ cookie: cookies({ ...values, session: kept(-MINUTE_MS) }) })).toMatchObject(
      ids,
    );
    for (const session of [
      kept(31 * MINUTE_MS),
      kept(-48 * 60 * MINUTE_MS),
      '{"id":1}',
      '[',
      'null',
    ])
      expect(contextOf({ cookie: cookies({ ...values, session }) })).not.toHaveProperty(
        'sessionId',
      );
  });

  it('reads the cookies of one project, named where there are several', () => {
    const cookie = `${cookies({ anonymous_id: 'a' }, 'one')}; ${cookies({ anonymous_id: 'b' }, 'two/2')}`;
    expect(contextOf({ cookie })).toEqual({ context: {} });
    expect(contextOf({ cookie }, { projectId: 'two/2' })).toMatchObject({ anonymousId: 'b' });
    expect(contextOf({ cookie }, { projectId: 'none' })).toEqual({ context: {} });
  });

  it('takes headers or cookies, and never some of both', () => {
    const cookie = cookies({ anonymous_id: 'other', session: kept(0) });
    expect(contextOf({ cookie, 'px-anonymous-id': 'device' })).toEqual({
      anonymousId: 'device',
      context: {},
    });
  });

  it('says on which page it happened: the one that asks, or the one that is loaded', () => {
    const referer = 'https://shop.example/cart?mail=ana@shop.example';
    const url = 'https://shop.example/pay';
    const at = 'https://shop.example/cart?mail=[redacted]';
    expect(contextOf({ referer, 'sec-fetch-mode': 'cors' }, { url }).context).toEqual({
      page: { url: at },
    });
    const load = { page: { url, referrer: at } };
    expect(contextOf({ referer, 'sec-fetch-mode': 'navigate' }, { url }).context).toEqual(load);
    expect(contextOf({ referer, accept: 'text/html,*/*' }, { url }).context).toEqual(load);
    expect(contextOf({ referer: 'about:blank' }).context).toEqual({});
    expect(
      contextOf({ referer: `https://shop.example/${'x'.repeat(9_000)}` }).context?.page?.url,
    ).toHaveLength(2_048);
  });

  it.each([
    ['de-CH,de;q=0.9', 'de-CH'],
    ['*', undefined],
    ['<script>', undefined],
    ['x'.repeat(200), undefined],
  ])('reads of the languages %s the first, %s', (languages, locale) => {
    expect(contextOf({ 'accept-language': languages }).context?.locale).toBe(locale);
  });

  it.each<[string, ContextOptions, string | undefined]>([
    ['6.6.6.6', { ip: '10.0.0.1' }, '10.0.0.1'],
    ['6.6.6.6, 192.0.2.1', { ip: '10.0.0.1', trustedProxies: 1 }, '192.0.2.1'],
    ['6.6.6.6, 192.0.2.1, 10.0.0.2', { ip: '10.0.0.1', trustedProxies: 2 }, '192.0.2.1'],
    ['192.0.2.1', { ip: '10.0.0.1', trustedProxies: 9 }, '192.0.2.1'],
    ['192.0.2.1:4711', { ip: '10.0.0.1', trustedProxies: 1 }, '192.0.2.1'],
    ['[2001:db8::1]:4711', { ip: '10.0.0.1', trustedProxies: 1 }, '2001:db8::1'],
    ['2001:db8::1', { ip: '10.0.0.1', trustedProxies: 1 }, '2001:db8::1'],
    ['unknown', { ip: '10.0.0.1', trustedProxies: 1 }, undefined],
    ['192.0.2.1', { ip: '10.0.0.1', trustedProxies: NaN }, '10.0.0.1'],
    ['192.0.2.1', { ip: '10.0.0.1', trustedProxies: -1 }, '10.0.0.1'],
    ['', { ip: '::ffff:192.0.2.7' }, '192.0.2.7'],
    ['192.0.2.1', {}, undefined],
  ])('finds behind x-forwarded-for %s and %o the address %s', (forwarded, options, ip) => {
    expect(contextOf({ 'x-forwarded-for': forwarded }, options).context?.ip).toBe(ip);
  });

  it('makes nothing of nonsense, and never throws', () => {
    const name = fc.constantFrom(
      'px-anonymous-id',
      'px-user-id',
      'px-session-id',
      'traceparent',
      'cookie',
      'referer',
      'accept',
      'accept-language',
      'x-forwarded-for',
      'user-agent',
      'get',
    );
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('px_a_anonymous_id=%', 'px_a_session={}; px_a_anonymous_id=a', ',,,'),
    );
    fc.assert(
      fc.property(fc.dictionary(name, value), (headers) => {
        const {
          anonymousId = '',
          userId = '',
          sessionId = SESSION,
        } = contextOf(headers, { ip: '10.0.0.1', trustedProxies: 1 });
        expect((anonymousId ?? '').length + (userId ?? '').length).toBeLessThanOrEqual(400);
        expect(sessionId).toBe(SESSION);
      }),
    );
  });

  it('reads what really comes, twice where it was sent twice', async () => {
    const seen: unknown[] = [];
    const server = createServer(({ headers }, response) => {
      const { context: _, ...who } = contextOf(headers);
      seen.push(who);
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const twice = new Headers(writeRequestHeaders(ids));
    twice.append('px-user-id', 'eve');
    await fetch(`http://127.0.0.1:${port}/`, { headers: writeRequestHeaders(ids) });
    await fetch(`http://127.0.0.1:${port}/`, { headers: twice });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(seen).toEqual([ids, { anonymousId: 'device', sessionId: SESSION }]);
  });
});
