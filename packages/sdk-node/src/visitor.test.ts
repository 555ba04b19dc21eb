import { isUuid } from '@px-platform/protocol';
import { writeSession } from '@px-platform/sdk-core';
import { describe, expect, it } from 'vitest';
import { visitorOf } from './visitor.js';

const SESSION = '0190163d-8694-739b-aea5-966c26f8ad91';
const shop = { projectId: 'my shop' };
const cookies = (all: Readonly<Record<string, string>>) => ({
  cookie: Object.entries(all)
    .map(([name, value]) => `px_my%20shop_${name}=${encodeURIComponent(value)}`)
    .join('; '),
});

describe('given a browser that was here before', () => {
  it('knows the device and its visit by their cookies', () => {
    const headers = cookies({
      anonymous_id: 'd-1',
      session: writeSession(SESSION, Date.now()),
      user_id: 'somebody',
    });
    const known = { context: { anonymousId: 'd-1', sessionId: SESSION, userId: 'somebody' } };
    expect(visitorOf(headers, shop)).toMatchObject(known);
    expect(visitorOf(new Headers(headers), shop)).toMatchObject(known);
    expect(visitorOf(headers, shop)).not.toHaveProperty('setCookie');
    // Of who is signed in here the page's device is another's, and no new one.
    const other = visitorOf(headers, { ...shop, userId: 'ada' });
    expect(other).toMatchObject({ context: { userId: 'ada' } });
    expect(other.context).not.toHaveProperty('anonymousId');
    expect(other).not.toHaveProperty('setCookie');
  });

  it('takes no session that is none, and no cookies of another project', () => {
    const { cookie } = cookies({ anonymous_id: 'd-1', session: '{"id":"x"}' });
    expect(visitorOf({ cookie }, shop)).toMatchObject({ context: { anonymousId: 'd-1' } });
    expect(visitorOf({ cookie }, { projectId: 'other' }).context.anonymousId).not.toBe('d-1');
    expect(visitorOf({ cookie: 'px_my%20shop_anonymous_id=%E0%A4' }, shop).setCookie).toBeDefined();
  });

  it('calls a device what it called it a moment ago, until the page has taken that over', () => {
    const before = visitorOf({}, shop);
    const cookie = before.setCookie?.split(';')[0] ?? '';
    expect(visitorOf({ cookie }, shop)).toEqual({ context: before.context });
    const { cookie: taken } = cookies({ anonymous_id: 'd-1' });
    expect(visitorOf({ cookie: `${cookie}; ${taken}` }, shop).context.anonymousId).toBe('d-1');
  });
});

describe('given a browser that was never here', () => {
  it('gives it an id, in a cookie of the page', () => {
    const { context, setCookie } = visitorOf({}, shop);
    expect(isUuid(context.anonymousId)).toBe(true);
    expect(setCookie).toBe(
      `px_my%20shop_new=${context.anonymousId}; Path=/; Max-Age=3600; SameSite=Lax; Secure`,
    );
    expect(visitorOf({}, { ...shop, isSecure: false }).setCookie).not.toContain('Secure');
    expect(visitorOf({}, shop).context).not.toEqual(context);
  });

  it('gives none to who refused, or was not asked', () => {
    const nobody = { context: { context: {} } };
    expect(visitorOf(cookies({ consent: '{"analytics":"denied"}' }), shop)).toEqual(nobody);
    expect(visitorOf({ 'sec-gpc': '1' }, shop)).toEqual(nobody);
    expect(visitorOf({ dnt: '1' }, shop)).toEqual(nobody);
    const unasked = { ...shop, isGranted: false };
    expect(visitorOf({}, unasked)).toEqual(nobody);
    const { cookie } = cookies({ consent: '{"analytics":"granted"}' });
    for (const headers of [{ cookie }, { cookie, 'sec-gpc': '1' }])
      expect(visitorOf(headers, unasked).setCookie).toBeDefined();
  });
});
