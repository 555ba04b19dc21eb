import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';
import { ApiError } from './errors.js';
import { isRole, ROLES, type Role } from './grant.js';

/** Where the keys are that tokens are signed with. */
export type TokenKeys =
  /** HS256, HS384, HS512: whoever can verify can also sign. 32 bytes or more. */
  | { readonly secret: string }
  /** Public keys, fetched when a token names one that is not known yet. */
  | { readonly jwksUrl: string }
  /** Public keys, given. */
  | { readonly jwks: JSONWebKeySet };

/** Which JSON Web Tokens the API believes. */
export interface TokenOptions {
  readonly keys: TokenKeys;
  /** What `iss` must be. */
  readonly issuer: string;
  /** What `aud` must be, or hold. */
  readonly audience: string;
  /** @default HS256 with a secret; EdDSA, RS256 and ES256 with public keys */
  readonly algorithms?: readonly string[];
  /** How far the signer's clock may be off, seconds. @default 5 */
  readonly clockToleranceS?: number;
  /** Names of the claims. @default tenant_id, role, projects */
  readonly claims?: { readonly tenant: string; readonly role: string; readonly projects: string };
}

/** What a token says, before anybody asked whether the tenant has such projects. */
export interface TokenClaims {
  readonly tenant_id: string;
  readonly role: Role;
  /** Null: every project of the tenant. */
  readonly projects: readonly string[] | null;
  /** `sub`, as far as there is one. */
  readonly subject: string;
}

export type VerifyToken = (token: string, now: number) => Promise<TokenClaims>;

const SYMMETRIC = ['HS256', 'HS384', 'HS512'];
const PUBLIC = [
  'EdDSA',
  'Ed25519',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
];
const SECRET_BYTES = 32;

/**
 * Verifies tokens. Which algorithms are taken follows from the keys that were given and never from the token: a public
 * key is never used as a secret. Throws here, at the start, for options that would be unsafe.
 */
export function createVerifyToken({
  keys,
  issuer,
  audience,
  algorithms = 'secret' in keys ? ['HS256'] : ['EdDSA', 'RS256', 'ES256'],
  clockToleranceS = 5,
  claims = { tenant: 'tenant_id', role: 'role', projects: 'projects' },
}: TokenOptions): VerifyToken {
  if (issuer === '' || audience === '') throw new Error('tokens: issuer and audience are needed');
  const fitting = 'secret' in keys ? SYMMETRIC : PUBLIC;
  const misfit = algorithms.find((algorithm) => !fitting.includes(algorithm));
  if (misfit !== undefined || algorithms.length === 0) {
    throw new Error(
      `tokens: with these keys algorithms may be ${fitting.join(', ')}; received ${misfit ?? 'none'}`,
    );
  }
  const keyOf = readKeys(keys);

  return async (token, now) => {
    const { payload } = await jwtVerify(token, keyOf, {
      issuer,
      audience,
      algorithms: [...algorithms],
      clockTolerance: clockToleranceS,
      currentDate: new Date(now),
      requiredClaims: ['exp'],
    }).catch((error: unknown) => {
      throw refusal(error);
    });
    return readClaims(payload, claims);
  };
}

function readKeys(keys: TokenKeys): JWTVerifyGetKey {
  if ('jwks' in keys) return createLocalJWKSet(keys.jwks);
  if ('jwksUrl' in keys) {
    // A token with a key nobody knows makes us look again, but not more often than this: strangers send tokens too.
    return createRemoteJWKSet(new URL(keys.jwksUrl), {
      timeoutDuration: 3_000,
      cooldownDuration: 30_000,
      cacheMaxAge: 600_000,
    });
  }
  const secret = new TextEncoder().encode(keys.secret);
  if (secret.length < SECRET_BYTES) {
    throw new Error(
      `tokens: the secret has ${secret.length} bytes; ${SECRET_BYTES} or more are needed`,
    );
  }
  return async () => secret;
}

/** What the sender may know: expired is worth telling, for it can be mended; the rest is one answer. */
function refusal(error: unknown): ApiError {
  if (error instanceof errors.JWTExpired) {
    return new ApiError('invalid_token', 'the token has expired. Get a new one.');
  }
  const isOurs = error instanceof errors.JOSEError;
  if (!isOurs || error instanceof errors.JWKSTimeout || error.code === 'ERR_JOSE_GENERIC') {
    // The key server is away, or answered with something else than keys. Nothing is said about the token.
    return new ApiError(
      'unavailable',
      'tokens cannot be verified now: their keys could not be fetched. Try again later.',
      { cause: error },
    );
  }
  return new ApiError(
    'invalid_token',
    'the token is not one this server believes: its signature, issuer, audience or times do not fit.',
  );
}

function readClaims(payload: JWTPayload, names: NonNullable<TokenOptions['claims']>): TokenClaims {
  const tenant = payload[names.tenant];
  const role = payload[names.role];
  const projects = payload[names.projects];
  if (typeof tenant !== 'string' || tenant === '') {
    throw new ApiError('invalid_token', `the token's "${names.tenant}" claim names no tenant.`);
  }
  if (!isRole(role)) {
    throw new ApiError(
      'invalid_token',
      `the token's "${names.role}" claim is none of ${ROLES.join(', ')}.`,
    );
  }
  // A list that cannot be read must never come to mean "every project".
  const subject = (payload.sub ?? 'nobody it names').slice(0, 200);
  if (projects === undefined) return { tenant_id: tenant, role, projects: null, subject };
  if (!Array.isArray(projects) || !projects.every((each) => typeof each === 'string')) {
    throw new ApiError(
      'invalid_token',
      `the token's "${names.projects}" claim is not a list of project ids.`,
    );
  }
  return { tenant_id: tenant, role, projects, subject };
}
