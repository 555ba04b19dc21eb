import { describe, expect, it } from 'vitest';
import { UsageError } from '../config.js';
import { readServiceConfig } from './config.js';

const read = (env: Record<string, string>) => readServiceConfig([], env).tokens;
const SECRET = 'a secret of thirty-two bytes or more';

describe('given the environment of a service that takes tokens', () => {
  it('takes none where none are spoken of', () => {
    expect(read({})).toBeNull();
  });

  it('reads who signs them, with what, and for whom', () => {
    const claims = { tenant: 'tenant_id', role: 'role', projects: 'projects' };
    expect(read({ PX_JWT_ISSUER: 'login', PX_JWT_SECRET: SECRET })).toEqual({
      issuer: 'login',
      audience: 'px',
      keys: { secret: SECRET },
      clockToleranceS: 5,
      claims,
    });
    expect(
      read({
        PX_JWT_ISSUER: 'login',
        PX_JWT_AUDIENCE: 'other',
        PX_JWT_JWKS_URL: 'https://login.example/keys',
        PX_JWT_ALGORITHMS: 'RS256, EdDSA',
        PX_JWT_CLOCK_TOLERANCE_S: '0',
        PX_JWT_TENANT_CLAIM: 'org',
      }),
    ).toEqual({
      issuer: 'login',
      audience: 'other',
      keys: { jwksUrl: 'https://login.example/keys' },
      algorithms: ['RS256', 'EdDSA'],
      clockToleranceS: 0,
      claims: { ...claims, tenant: 'org' },
    });
  });

  it.each([
    { PX_JWT_SECRET: SECRET },
    { PX_JWT_ISSUER: 'login' },
    { PX_JWT_ISSUER: 'login', PX_JWT_SECRET: SECRET, PX_JWT_JWKS_URL: 'https://login.example' },
    { PX_JWT_ISSUER: 'login', PX_JWT_JWKS_URL: 'login' },
    { PX_JWT_ISSUER: 'login', PX_JWT_SECRET: SECRET, PX_JWT_CLOCK_TOLERANCE_S: 'some' },
  ])('refuses %j, which is not whole', (env) => {
    expect(() => read(env)).toThrow(UsageError);
  });
});
