import { describe, expect, it } from 'vitest';
import type { CampaignContext, EventContext } from '@px-platform/protocol';
import { referrerClass } from './referrer-class.js';
import { classOfHost } from './referrer-sources.js';

const classOf = (context: EventContext) =>
  referrerClass({ event_id: 'e', event: 'page_view', timestamp: 0, context });
const url = 'https://shop.example/sale';

describe('given a page that a link led to', () => {
  it.each([
    ['', 'direct'],
    ['about:blank', 'direct'],
    ['https://shop.example/cart', 'internal'],
    ['https://www.shop.example/cart', 'internal'],
    ['https://blog.shop.example:8443/', 'internal'],
    ['https://www.google.com/', 'search'],
    ['https://google.com.br/', 'search'],
    ['https://www.google.co.uk/', 'search'],
    ['https://yandex.com.tr/', 'search'],
    ['https://br.search.yahoo.com/x', 'search'],
    ['https://WWW.BING.COM/search', 'search'],
    ['https://go.mail.ru/', 'search'],
    ['android-app://com.google.android.googlequicksearchbox/', 'search'],
    ['https://l.facebook.com/l.php', 'social'],
    ['https://t.co/a', 'social'],
    ['https://news.ycombinator.com/item', 'social'],
    ['android-app://com.twitter.android/', 'social'],
    ['https://mail.google.com/', 'email'],
    ['https://e.mail.ru/', 'email'],
    ['android-app://com.google.android.gm/', 'email'],
    ['https://docs.google.com/', 'referral'],
    ['https://google.example.com/', 'referral'],
    ['https://netflix.com/', 'referral'],
    ['https://othershop.example/', 'referral'],
  ])('from %j is %s', (referrer, expected) => {
    expect(classOf({ page: { url, referrer } })).toBe(expected);
  });

  it.each([
    ['gclid=x', 'paid'],
    ['gbraid=x', 'paid'],
    ['msclkid=x', 'paid'],
    ['ttclid=x', 'paid'],
    ['utm_source=google&utm_medium=CPC', 'paid'],
    ['utm_source=x&utm_medium=paid_social', 'paid'],
    ['fbclid=x', 'social'],
    ['fbclid=x&utm_medium=paid', 'paid'],
    ['fbclid=x&utm_source=spring', 'campaign'],
    ['mc_cid=x', 'email'],
    ['utm_source=news&utm_medium=email', 'email'],
    ['utm_source=x&utm_medium=social', 'social'],
    ['utm_source=x&utm_medium=organic', 'search'],
    ['utm_source=partner&utm_medium=referral', 'referral'],
    ['utm_source=x&utm_medium=qr', 'campaign'],
    ['utm_source=x&utm_medium=constructor', 'campaign'],
    ['utm_campaign=spring', 'campaign'],
    ['page=2', 'search'],
    ['q=gclid', 'search'],
    ['gclid=', 'search'],
  ])('with %s in its address is %s, whatever the referrer', (query, expected) => {
    const page = { url: `${url}?a=1&${query}#top`, referrer: 'https://www.google.com/' };
    expect(classOf({ page })).toBe(expected);
  });
});

describe('given a client that keeps what brought the visit', () => {
  const later = { url, referrer: 'https://shop.example/' };

  it.each<[CampaignContext, string]>([
    [{ gclid: 'x', referrer: 'https://www.google.com/' }, 'paid'],
    [{ referrer: 'https://www.google.com/' }, 'search'],
    [{ utm_source: 'news', utm_medium: 'email' }, 'email'],
    [{ referrer: 'https://blog.example/' }, 'referral'],
  ])('%j counts on the pages that follow, too: %s', (campaign, expected) => {
    expect(classOf({ page: later, campaign })).toBe(expected);
  });

  it('is believed before the address', () => {
    const page = { url: `${url}?utm_medium=email`, referrer: '' };
    expect(classOf({ page, campaign: { utm_medium: 'cpc' } })).toBe('paid');
  });
});

describe('given an event on no page', () => {
  it('has no class, unless it tells of a campaign', () => {
    expect(classOf({})).toBeNull();
    expect(referrerClass({ event_id: 'e', event: 'paid', timestamp: 0 })).toBeNull();
    expect(classOf({ campaign: { utm_medium: 'email' } })).toBe('email');
  });
});

it('finds a site by the end of its name alone, at a dot', () => {
  expect(classOfHost('m.reddit.com')).toBe('social');
  expect(classOfHost('notreddit.com')).toBeNull();
  expect(classOfHost('reddit.com.example')).toBeNull();
  expect(classOfHost('')).toBeNull();
});
