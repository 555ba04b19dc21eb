import type { Request } from 'express';
import type { Catalog } from '@px-platform/store';
import { ApiError } from './errors.js';
import type { Grant } from './grant.js';
import type { VerifyToken } from './token.js';

/** The cookie that `px dev` gives the dashboard: EventSource cannot set headers. */
export const SESSION_COOKIE = 'px_session';

export interface AuthorizeDeps {
  readonly catalog: Pick<Catalog, 'findKey' | 'listProjects'>;
  /** Null: tokens are not taken, only secret keys. */
  readonly verifyToken: VerifyToken | null;
  readonly clock: () => number;
}

export type Authorize = (request: Request) => Promise<Grant>;

/** As much of a key as people tell their keys apart by. */
const KEY_PREFIX = 10;
/** Two dots and no space between: keys have no dots. */
const TOKEN = /^[^.\s]*\.[^.\s]*\.[^.\s]*$/;

/** THE door: turns a request's secret key or token into what it may do, or refuses. */
export function createAuthorize({ catalog, verifyToken, clock }: AuthorizeDeps): Authorize {
  return async (request) => {
    const credential = readCredential(request);
    if (!credential) {
      throw new ApiError(
        'missing_key',
        'no key was sent. Put a secret key in "Authorization: Bearer pxs_…"; `px dev` prints one at start.',
      );
    }
    if (verifyToken && TOKEN.test(credential)) return byToken(credential, verifyToken);
    return byKey(credential);
  };

  async function byKey(key: string): Promise<Grant> {
    const found = await catalog.findKey(key).catch(unavailable);
    if (!found) {
      throw new ApiError(
        'unknown_key',
        'the key is unknown or revoked. Open the address that `px dev` prints, or copy its secret key again.',
      );
    }
    if (found.kind !== 'secret') {
      throw new ApiError(
        'wrong_key_kind',
        'this is a write key: it sends events and reads nothing. Use a secret key (pxs_…).',
      );
    }
    return {
      tenant_id: found.tenant_id,
      project_ids: [found.project_id],
      role: 'admin',
      by: `key ${key.slice(0, KEY_PREFIX)}…`,
    };
  }

  async function byToken(token: string, verify: VerifyToken): Promise<Grant> {
    const { tenant_id, role, projects, subject } = await verify(token, clock());
    // What the tenant has, never what the token claims: a signer's slip opens nobody else's project.
    const owned = (await catalog.listProjects(tenant_id).catch(unavailable)).map(({ id }) => id);
    const project_ids = projects ? owned.filter((id) => projects.includes(id)) : owned;
    return { tenant_id, project_ids, role, by: `token of ${subject}` };
  }
}

function unavailable(cause: unknown): never {
  throw new ApiError('unavailable', 'keys cannot be looked up now. Try again later.', { cause });
}

/** The secret key or token that a request came with. */
export function readCredential(request: Request): string | null {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return bearer ?? readCookie(request.headers.cookie, SESSION_COOKIE);
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
