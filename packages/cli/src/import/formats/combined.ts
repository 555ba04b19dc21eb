import { createHmac } from 'node:crypto';
import { EVENT_NAMES } from '@px-platform/protocol';
import { bad, events, passed, type ImportFormat } from './format.js';

const QUOTED = String.raw`"((?:[^"\\]|\\.)*)"`;
/** `[vhost:port] host ident user [time] "request" status bytes "referrer" "user agent"`, and whatever follows. */
const LINE = new RegExp(
  String.raw`^(?:(\S+:\d+) )?(\S+) \S+ [^[]+? \[([^\]]+)\] ${QUOTED} (\d{3}) (\d+|-) ${QUOTED} ${QUOTED}`,
);
const TIME = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d)$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const ASSET = new RegExp(
  String.raw`\.(?:css|m?js|map|json|xml|txt|ico|png|jpe?g|gif|svg|webp|avif|bmp|tiff?|woff2?|ttf|otf|eot|mp[34]|` +
    String.raw`m4[av]|webm|og[agv]|wav|flac|pdf|zip|t?gz|bz2|xz|7z|rar|exe|msi|dmg|iso|apk|deb|rpm|csv|xlsx?|docx?|` +
    String.raw`rss|atom|wasm|webmanifest)$`,
  'i',
);
/** What programs ask for. */
const NO_PAGE =
  /^\/(?:api|graphql|_next|_nuxt|wp-json|\.well-known|cdn-cgi|healthz?|livez|readyz|metrics|server-status)(?:\/|$)/i;

/**
 * An access log as Apache and nginx write it: a `page_view` for each page that was got. Robots are in it, marked
 * later by their user agent as all others are.
 */
export const combinedFormat: ImportFormat = {
  name: 'combined',
  title: 'an access log in combined format',
  recognises: (line) => LINE.test(line),
  createReader:
    ({ site, hashKey }) =>
    (line) => {
      const found = LINE.exec(line);
      if (!found) return bad('not a line of a log in combined format');
      const [, vhost, ip = '', time = '', request = '', status = '', bytes, referrer, agent] =
        found;
      const timestamp = epochMs(time);
      if (timestamp === null) return bad('no time that can be read');
      const [method, target = ''] = unescaped(request).split(' ');
      if (method !== 'GET') return passed('not a GET');
      if (!/^(?:2\d\d|304)$/.test(status)) return passed('not answered with a page (2xx, 304)');
      const url = addressOf(target, vhost === undefined ? site : originOf(vhost));
      if (!url) return bad('an address that cannot be read; is --site missing?');
      if (ASSET.test(url.pathname) || NO_PAGE.test(url.pathname)) return passed('not a page');

      const userAgent = textOf(agent);
      const from = textOf(referrer);
      return events({
        event: EVENT_NAMES.pageView,
        anonymous_id: visitorOf(hashKey, ip, userAgent),
        timestamp,
        properties: { status: Number(status), ...(bytes !== '-' && { bytes: Number(bytes) }) },
        context: {
          page: { url: url.href, ...(from !== '' && { referrer: from }) },
          // Names that were looked up are no addresses.
          ip: /^[\d.]+$|:/.test(ip) ? ip : '',
          user_agent: userAgent,
        },
      });
    },
};

/** Whoever has an address and a browser in common is one visitor. Nobody without the key can try addresses out. */
function visitorOf(hashKey: string, ip: string, userAgent: string): string {
  const digest = createHmac('sha256', hashKey).update(`${ip}\n${userAgent}`).digest('hex');
  return `log-${digest.slice(0, 32)}`;
}

function epochMs(text: string): number | null {
  const [, day, month = '', year, clock, hours, minutes] = TIME.exec(text) ?? [];
  const number = MONTHS.indexOf(month) + 1;
  if (number === 0) return null;
  const iso = `${year}-${String(number).padStart(2, '0')}-${day}T${clock}${hours}:${minutes}`;
  const time = Date.parse(iso);
  return Number.isNaN(time) ? null : time;
}

function addressOf(target: string, origin: string | null): URL | null {
  if (/^https?:\/\//i.test(target)) return URL.canParse(target) ? new URL(target) : null;
  if (origin === null || !target.startsWith('/')) return null;
  // Put together by hand: `//other.example/` is a path here, and would be a host to `new URL`.
  return URL.canParse(origin + target) ? new URL(origin + target) : null;
}

function originOf(vhost: string): string {
  return `${vhost.endsWith(':443') ? 'https' : 'http'}://${vhost}`;
}

function textOf(quoted: string | undefined): string {
  const text = unescaped(quoted ?? '');
  return text === '-' ? '' : text;
}

/** Apache writes `\"` and `\\`, both write `\x22` for a byte. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  const bytes = text.replace(/(?:\\x[0-9a-f]{2})+/gi, (run) =>
    Buffer.from(run.replaceAll('\\x', ''), 'hex').toString('utf8'),
  );
  return bytes.replace(/\\(["\\])/g, '$1');
}
