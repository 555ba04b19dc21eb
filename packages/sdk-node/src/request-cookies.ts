import {
  cookiePrefix,
  decodeId,
  isUuid,
  OFFERED_COOKIE,
  type RequestIds,
} from '@px-platform/protocol';
import { ANONYMOUS_KEY, readSession, SESSION_KEY, USER_KEY } from '@px-platform/sdk-core';

/** How the cookies of a page's ids are read. */
export interface CookieOptions {
  /** The project whose cookies they are. @default the only one there are any of */
  readonly projectId?: string | undefined;
  /** After how long without an event a visit is over, in milliseconds; as the page has it. @default 1800000 */
  readonly sessionTimeoutMs?: number | undefined;
}

const SESSION_TIMEOUT_MS = 1_800_000;
const ANONYMOUS_COOKIE = new RegExp(`^(px_.+_)(?:${ANONYMOUS_KEY}|${OFFERED_COOKIE})$`);

/** Reads a cookie of the project by what is kept in it. */
export type CookieReader = (key: string) => string | null;

/** Reads the ids that `crossSubdomain` of the page keeps in cookies. */
export const readCookies = (
  header: string | undefined,
  now: number,
  options: CookieOptions,
): RequestIds => idsOf(cookieReader(header, options.projectId), now, options);

/** Creates what reads a project's cookies; without one, those of the only project there are any of. */
export function cookieReader(header: string | undefined, projectId?: string): CookieReader {
  const cookies = new Map<string, string>();
  for (const cookie of header?.split(';') ?? []) {
    const [name = '', value = ''] = cookie.trim().split('=', 2);
    // Of one name the narrowest comes first.
    if (name.startsWith('px_') && !cookies.has(name)) cookies.set(name, value);
  }
  const prefix = projectId === undefined ? onlyPrefix(cookies) : cookiePrefix(projectId);
  return (key) => (prefix === null ? null : decodeId(cookies.get(prefix + key)));
}

/** The ids among them: the device's own, or the one that a server gave it and the page has not taken over yet. */
export function idsOf(
  read: CookieReader,
  now: number,
  { sessionTimeoutMs: idleMs = SESSION_TIMEOUT_MS }: CookieOptions,
): RequestIds {
  const sessionId = readSession(read(SESSION_KEY), { now, idleMs });
  return {
    anonymousId: read(ANONYMOUS_KEY) ?? read(OFFERED_COOKIE),
    userId: read(USER_KEY),
    sessionId: isUuid(sessionId) ? sessionId : null,
  };
}

function onlyPrefix(cookies: ReadonlyMap<string, string>): string | null {
  const prefixes = new Set(
    [...cookies.keys()].flatMap((name) => ANONYMOUS_COOKIE.exec(name)?.[1] ?? []),
  );
  const [only] = prefixes;
  return prefixes.size === 1 && only !== undefined ? only : null;
}
