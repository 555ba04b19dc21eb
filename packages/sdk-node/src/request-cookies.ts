import { cookiePrefix, decodeId, isUuid, type RequestIds } from '@px-platform/protocol';
import { ANONYMOUS_KEY, readSession, SESSION_KEY, USER_KEY } from '@px-platform/sdk-core';

/** How the cookies of a page's ids are read. */
export interface CookieOptions {
  /** The project whose cookies they are. @default the only one there are any of */
  readonly projectId?: string | undefined;
  /** After how long without an event a visit is over, in milliseconds; as the page has it. @default 1800000 */
  readonly sessionTimeoutMs?: number | undefined;
}

const SESSION_TIMEOUT_MS = 1_800_000;
const ANONYMOUS_COOKIE = new RegExp(`^(px_.+_)${ANONYMOUS_KEY}$`);

/** Reads the ids that `crossSubdomain` of the page keeps in cookies. */
export function readCookies(
  header: string | undefined,
  now: number,
  { projectId, sessionTimeoutMs: idleMs = SESSION_TIMEOUT_MS }: CookieOptions,
): RequestIds {
  const cookies = parseCookies(header);
  const prefix = projectId === undefined ? onlyPrefix(cookies) : cookiePrefix(projectId);
  if (prefix === null) return {};
  const read = (key: string) => decodeId(cookies.get(prefix + key));
  const sessionId = readSession(read(SESSION_KEY), { now, idleMs });
  return {
    anonymousId: read(ANONYMOUS_KEY),
    userId: read(USER_KEY),
    sessionId: isUuid(sessionId) ? sessionId : null,
  };
}

/** PX's cookies by their names, as they are written. */
export function parseCookies(header: string | undefined): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const cookie of header?.split(';') ?? []) {
    const [name = '', value = ''] = cookie.trim().split('=', 2);
    // Of one name the narrowest comes first.
    if (name.startsWith('px_') && !cookies.has(name)) cookies.set(name, value);
  }
  return cookies;
}

function onlyPrefix(cookies: ReadonlyMap<string, string>): string | null {
  const prefixes = [...cookies.keys()].flatMap((name) => ANONYMOUS_COOKIE.exec(name)?.[1] ?? []);
  return prefixes.length === 1 ? (prefixes[0] ?? null) : null;
}
