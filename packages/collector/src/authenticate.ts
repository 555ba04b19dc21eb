import type { IncomingMessage } from 'node:http';
import type { Catalog, KeyGrant } from '@px-platform/store';
import { RequestError } from './errors.js';
import { isAllowedOrigin } from './origins.js';

/** Where a key may be: the header for servers, the query for beacons, which cannot set headers. */
export function readKey(request: IncomingMessage, query: URLSearchParams): string | null {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const header = request.headers['x-api-key'];
  return bearer ?? (typeof header === 'string' ? header : null) ?? query.get('key');
}

/** `key` is what the request came with, wherever it was; null: with none. */
export type Authenticate = (request: IncomingMessage, key: string | null) => Promise<KeyGrant>;

/** Turns a request's key into what it opens. A secret key must never be used from a page. */
export function createAuthenticate({ findKey }: Pick<Catalog, 'findKey'>): Authenticate {
  return async (request, key) => {
    if (!key) {
      throw new RequestError(
        'missing_key',
        'no key was sent. Put the write key in "Authorization: Bearer …", "x-api-key" or "?key=".',
      );
    }
    const grant = await findKey(key).catch((cause: unknown) => {
      throw new RequestError('unavailable', 'keys cannot be looked up now. Try again.', {
        headers: { 'retry-after': '1' },
        cause,
      });
    });
    if (!grant) {
      throw new RequestError(
        'unknown_key',
        `the key ${shown(key)} is unknown or revoked. Copy the project's write key again; \`px dev\` prints it at start.`,
      );
    }
    const { origin } = request.headers;
    if (grant.kind === 'secret' && origin !== undefined) {
      throw new RequestError(
        'wrong_key_kind',
        `${shown(key)} is a secret key and this request comes from a page (${origin}). Use the write key there, and revoke this one.`,
      );
    }
    if (origin !== undefined && !isAllowedOrigin(origin, grant.origins)) {
      throw new RequestError(
        'origin_not_allowed',
        `the key ${shown(key)} is not for pages of ${origin.slice(0, 200)}. Add the origin to the key, or use the page's own key.`,
      );
    }
    return grant;
  };
}

function shown(key: string): string {
  return key.length > 12
    ? `${JSON.stringify(key.slice(0, 12)).slice(1, -1)}…`
    : JSON.stringify(key);
}
