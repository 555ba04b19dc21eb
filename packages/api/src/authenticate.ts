import type { Request } from 'express';
import type { Catalog, KeyGrant } from '@px-platform/store';
import { ApiError } from './errors.js';

/** The cookie that `px dev` gives the dashboard: EventSource cannot set headers. */
export const SESSION_COOKIE = 'px_session';

/** Finds what the request's secret key opens, or refuses. */
export async function authenticate(
  request: Request,
  catalog: Pick<Catalog, 'findKey'>,
): Promise<KeyGrant> {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const key = bearer ?? readCookie(request.headers.cookie, SESSION_COOKIE);
  if (!key) {
    throw new ApiError(
      'missing_key',
      'no key was sent. Put a secret key in "Authorization: Bearer pxs_…"; `px dev` prints one at start.',
    );
  }
  const grant = await catalog.findKey(key);
  if (!grant) {
    throw new ApiError(
      'unknown_key',
      'the key is unknown or revoked. Open the address that `px dev` prints, or copy its secret key again.',
    );
  }
  if (grant.kind !== 'secret') {
    throw new ApiError(
      'wrong_key_kind',
      'this is a write key: it sends events and reads nothing. Use a secret key (pxs_…).',
    );
  }
  return grant;
}

function readCookie(header: string | undefined, name: string): string | null {
  for (const part of header?.split(';') ?? []) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name && value) return decoded(value);
  }
  return null;
}

/** What cannot be decoded is no key of ours, and is refused as any other unknown key. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
