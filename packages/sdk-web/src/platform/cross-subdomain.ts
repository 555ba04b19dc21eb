import { cookiePrefix } from '@px-platform/protocol';
import {
  ANONYMOUS_KEY,
  CONSENT_KEY,
  SESSION_KEY,
  USER_KEY,
  type KeyValueStorage,
  type Plugin,
} from '@px-platform/sdk-core';

/** What a server called a device that it had not seen, where the device has no id of its own. */
const OFFERED = 'new';
const SHARED: readonly string[] = [ANONYMOUS_KEY, CONSENT_KEY, SESSION_KEY, USER_KEY];
/** The longest that browsers keep a cookie. */
const MAX_AGE_S = 400 * 86_400;

/**
 * Shares ids, the visit and consent among a site's subdomains, in first-party cookies of the widest
 * domain the browser lets the page use. Like all storage, not before the person agrees. A server sees them with each
 * page that it is asked for; the id that it gave a device on its first visit becomes the device's.
 * @example
 * PX.init({ apiKey, projectId, plugins: [crossSubdomain()] });
 */
export function crossSubdomain(): Plugin {
  return {
    name: 'cross-subdomain',
    setup() {},
    adapt: (platform, projectId) => ({
      ...platform,
      storage: shareByCookie(platform.storage, cookiePrefix(projectId)),
    }),
  };
}

function shareByCookie(own: KeyValueStorage, prefix: string): KeyValueStorage {
  let domain: string | undefined;
  const write = (key: string, value: string, maxAge: number) => {
    domain ??= widestDomain();
    writeCookie(prefix + key, encodeURIComponent(value), `${domain}; max-age=${maxAge}`);
  };
  const read = (key: string): string | null => {
    const found = readCookies().find(([name]) => name === prefix + key);
    return found ? decode(found[1]) : null;
  };
  const isShared = (key: string) => SHARED.includes(key);
  /** Once: whoever is forgotten does not come back from here. */
  const takeOffered = () => {
    const offered = read(OFFERED);
    if (offered !== null) writeCookie(prefix + OFFERED, '', '; max-age=0');
    return offered;
  };

  const set = (key: string, value: string): boolean => {
    if (!isShared(key)) return own.set(key, value);
    write(key, value, MAX_AGE_S);
    if (read(key) !== value) return own.set(key, value);
    // Kept in one place: what a sibling forgets must not come back from here.
    if (own.get(key) !== null) own.remove(key);
    return true;
  };

  return {
    get(key) {
      const shared = isShared(key) ? read(key) : null;
      if (shared !== null) return shared;
      const value = own.get(key) ?? (key === ANONYMOUS_KEY ? takeOffered() : null);
      // From before it was shared, or from the server.
      if (value !== null && isShared(key)) set(key, value);
      return value;
    },
    set,
    remove(key) {
      if (key === ANONYMOUS_KEY) takeOffered();
      if (isShared(key) && read(key) !== null) write(key, '', 0);
      own.remove(key);
    },
    keys: () => [...new Set([...own.keys(), ...SHARED.filter((key) => read(key) !== null)])],
  };
}

/** Found by trying: browsers know which domains are public, and refuse cookies there. */
function widestDomain(): string {
  const labels = location.hostname.split('.');
  for (let count = 2; count <= labels.length; count++) {
    const domain = `; domain=${labels.slice(-count).join('.')}`;
    writeCookie('px_try', '1', `${domain}; max-age=9`);
    const isTaken = readCookies().some(([name]) => name === 'px_try');
    if (!isTaken) continue;
    writeCookie('px_try', '', `${domain}; max-age=0`);
    return domain;
  }
  return '';
}

function writeCookie(name: string, value: string, attributes: string): void {
  const secure = location.protocol === 'https:' ? '; secure' : '';
  try {
    document.cookie = `${name}=${value}; path=/; samesite=lax${secure}${attributes}`;
  } catch {
    // Refused in sandboxed frames: read back, it is not there.
  }
}

function readCookies(): readonly (readonly [name: string, value: string])[] {
  try {
    return document.cookie.split('; ').map((cookie) => {
      const [name = '', value = ''] = cookie.split('=');
      return [name, value];
    });
  } catch {
    return [];
  }
}

function decode(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}
