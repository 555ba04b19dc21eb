/** What a site is to those whom it sends. */
export type SourceClass = 'search' | 'social' | 'email';

/** Sites, by the end of their host's name: `bing.com` stands for `www.bing.com` too. The longest name that fits counts. */
const SITES: Readonly<Record<SourceClass, readonly string[]>> = {
  search: [
    'bing.com',
    'duckduckgo.com',
    'search.yahoo.co.jp',
    'baidu.com',
    'sogou.com',
    'so.com',
    'sm.cn',
    'naver.com',
    'search.daum.net',
    'seznam.cz',
    'ecosia.org',
    'qwant.com',
    'startpage.com',
    'search.brave.com',
    'kagi.com',
    'mojeek.com',
    'swisscows.com',
    'metager.org',
    'metager.de',
    'presearch.com',
    'ask.com',
    'search.aol.com',
    'dogpile.com',
    'webcrawler.com',
    'coccoc.com',
    'petalsearch.com',
    'rambler.ru',
    'go.mail.ru',
    'search.marginalia.nu',
    'searx.be',
    'lens.google.com',
    'com.google.android.googlequicksearchbox',
  ],
  social: [
    'facebook.com',
    'fb.com',
    'fb.me',
    'messenger.com',
    'instagram.com',
    'threads.net',
    'threads.com',
    'twitter.com',
    't.co',
    'x.com',
    'linkedin.com',
    'lnkd.in',
    'reddit.com',
    'redd.it',
    'pinterest.com',
    'pin.it',
    'tiktok.com',
    'youtube.com',
    'youtu.be',
    'vimeo.com',
    'twitch.tv',
    'snapchat.com',
    'tumblr.com',
    'quora.com',
    'news.ycombinator.com',
    'lobste.rs',
    'bsky.app',
    'mastodon.social',
    'mastodon.online',
    'mas.to',
    'hachyderm.io',
    'fosstodon.org',
    'vk.com',
    'ok.ru',
    'weibo.com',
    't.cn',
    'zhihu.com',
    'douyin.com',
    'xiaohongshu.com',
    'bilibili.com',
    'line.me',
    'web.whatsapp.com',
    'wa.me',
    'l.wl.co',
    'web.telegram.org',
    't.me',
    'discord.com',
    'producthunt.com',
    'xing.com',
    'nextdoor.com',
    'flipboard.com',
    'com.facebook.katana',
    'com.instagram.android',
    'com.twitter.android',
    'com.linkedin.android',
    'com.reddit.frontpage',
    'com.pinterest',
    'com.zhiliaoapp.musically',
    'org.telegram.messenger',
    'com.whatsapp',
    'com.snapchat.android',
  ],
  email: [
    'mail.google.com',
    'outlook.live.com',
    'outlook.office.com',
    'outlook.office365.com',
    'outlook.com',
    'mail.yahoo.com',
    'mail.yahoo.co.jp',
    'mail.aol.com',
    'mail.proton.me',
    'mail.protonmail.com',
    'mail.zoho.com',
    'mail.zoho.eu',
    'app.fastmail.com',
    'mail.yandex.ru',
    'mail.yandex.com',
    'e.mail.ru',
    'mail.ru',
    'mail.qq.com',
    'mail.163.com',
    'mail.naver.com',
    'navigator-bs.gmx.net',
    'navigator-lxa.mail.com',
    'gmx.net',
    'web.de',
    'mail.com',
    'icloud.com',
    'app.tuta.com',
    'app.hey.com',
    'roundcube.net',
    'deref-gmx.net',
    'deref-web.de',
    'list-manage.com',
    'com.google.android.gm',
    'com.microsoft.office.outlook',
    'com.yahoo.mobile.client.android.mail',
  ],
};

/** These have a site for each country. Only the site's front is a search; `docs.google.com` is not. */
const SEARCH_OF_COUNTRIES = [
  /^(?:(?:www|m|images)\.)?google\.(?:com?\.)?[a-z]{2,3}$/,
  /^(?:(?:www|m|images|search)\.)?yandex\.(?:com\.)?[a-z]{2,3}$/,
  /(?:^|\.)search\.yahoo\.[a-z]{2,3}$/,
];

const CLASSES: ReadonlyMap<string, SourceClass> = new Map(
  Object.entries(SITES).flatMap(([name, hosts]) =>
    hosts.map((host) => [host, name as SourceClass] as const),
  ),
);

/** What the site of this host (or the app of this package, of `android-app://`) is; null where it is none of these. */
export function classOfHost(host: string): SourceClass | null {
  for (let name = host; ; name = name.slice(name.indexOf('.') + 1)) {
    const found = CLASSES.get(name);
    if (found) return found;
    if (!name.includes('.')) break;
  }
  return SEARCH_OF_COUNTRIES.some((expression) => expression.test(host)) ? 'search' : null;
}

/** Whoever pays for a click has it marked with one of these. */
export const PAID_CLICK_IDS = [
  'gclid',
  'gbraid',
  'wbraid',
  'dclid',
  'msclkid',
  'ttclid',
  'twclid',
  'yclid',
  'li_fat_id',
  'rdt_cid',
  'scclid',
  'epik',
] as const;

/** Put on every link, paid or not, by the network that is left. */
export const CLASS_OF_MARKS: Readonly<Record<string, SourceClass>> = {
  fbclid: 'social',
  igshid: 'social',
  igsh: 'social',
  mc_cid: 'email',
  srsltid: 'search',
};

/** `utm_medium`, as it is usually written. */
export const PAID_MEDIUM =
  /^(?:cpc|cpm|cpv|cpa|cpp|ppc|sem|ads?|display|banner|retargeting|remarketing|.*paid.*)$/;
export const CLASS_OF_MEDIUM: Readonly<Record<string, SourceClass | 'referral'>> = {
  email: 'email',
  'e-mail': 'email',
  e_mail: 'email',
  mail: 'email',
  newsletter: 'email',
  social: 'social',
  'social-media': 'social',
  social_media: 'social',
  'social-network': 'social',
  sm: 'social',
  organic: 'search',
  search: 'search',
  referral: 'referral',
};
