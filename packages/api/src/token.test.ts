import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  exportJWK,
  exportSPKI,
  generateKeyPair,
  SignJWT,
  UnsecuredJWT,
  type JWTPayload,
} from 'jose';
import { describe, expect, it } from 'vitest';
import { ApiError } from './errors.js';
import { createVerifyToken, type TokenOptions } from './token.js';

const NOW = 1_760_000_000_000;
const SECRET = 'a secret of thirty-two bytes or more';
const OTHER_SECRET = 'another secret of thirty-two bytes.';
const BASE = { issuer: 'https://login.example', audience: 'px' };
const options: TokenOptions = { ...BASE, keys: { secret: SECRET } };
const CLAIMS: JWTPayload = {
  iss: BASE.issuer,
  aud: BASE.audience,
  exp: NOW / 1_000 + 60,
  tenant_id: 'acme',
  role: 'viewer',
};

const bytes = (secret: string) => new TextEncoder().encode(secret);
const sign = (
  claims: JWTPayload,
  {
    secret = SECRET,
    ...header
  }: { readonly secret?: string; readonly alg?: string; readonly kid?: string } = {},
) => new SignJWT(claims).setProtectedHeader({ alg: 'HS256', ...header }).sign(bytes(secret));
const without = (name: string) =>
  Object.fromEntries(Object.entries(CLAIMS).filter(([key]) => key !== name));
const codeOf = async (token: string, using = options, now = NOW) => {
  const outcome = await createVerifyToken(using)(token, now).catch((error: unknown) => error);
  return outcome instanceof ApiError ? outcome.code : outcome;
};

describe('given a token signed with the shared secret', () => {
  it('reads tenant, role and projects', async () => {
    const verify = createVerifyToken(options);
    expect(await verify(await sign(CLAIMS), NOW)).toEqual({
      tenant_id: 'acme',
      role: 'viewer',
      projects: null,
      subject: 'nobody it names',
    });
    expect(await verify(await sign({ ...CLAIMS, sub: 'ana' }), NOW)).toMatchObject({
      subject: 'ana',
    });
    const narrow = await sign({ ...CLAIMS, role: 'service', projects: ['shop'] });
    expect(await verify(narrow, NOW)).toMatchObject({ role: 'service', projects: ['shop'] });
  });

  it('reads claims under the names that an identity provider gives them', async () => {
    const claims = {
      tenant: 'https://px.example/tenant',
      role: 'px_role',
      projects: 'px_projects',
    };
    const token = await sign({ ...CLAIMS, [claims.tenant]: 'named', px_role: 'admin' });
    expect(await createVerifyToken({ ...options, claims })(token, NOW)).toMatchObject({
      tenant_id: 'named',
      role: 'admin',
    });
  });

  it('allows the signer’s clock to be off by the tolerance, and no more', async () => {
    const token = await sign(CLAIMS);
    const end = NOW + 60_000;
    expect(await codeOf(token, options, end + 4_000)).toMatchObject({ tenant_id: 'acme' });
    expect(await codeOf(token, options, end + 6_000)).toBe('invalid_token');
    expect(await codeOf(token, { ...options, clockToleranceS: 0 }, end + 1_000)).toBe(
      'invalid_token',
    );
  });

  it.each([
    ['expired', { ...CLAIMS, exp: NOW / 1_000 - 60 }],
    ['never to expire', without('exp')],
    ['not valid yet', { ...CLAIMS, nbf: NOW / 1_000 + 60 }],
    ['of another audience', { ...CLAIMS, aud: 'shop' }],
    ['of no audience', without('aud')],
    ['of another issuer', { ...CLAIMS, iss: 'https://evil.example' }],
    ['of no tenant', without('tenant_id')],
    ['of an empty tenant', { ...CLAIMS, tenant_id: '' }],
    ['of a tenant that is no text', { ...CLAIMS, tenant_id: { $ne: null } }],
    ['of several tenants', { ...CLAIMS, tenant_id: ['acme', 'rival'] }],
    ['of no role', without('role')],
    ['of an unknown role', { ...CLAIMS, role: 'root' }],
    ['of a role that every object has', { ...CLAIMS, role: 'constructor' }],
    ['of projects that are no list', { ...CLAIMS, projects: '*' }],
    ['of projects that are null', { ...CLAIMS, projects: null }],
    ['of projects that are no texts', { ...CLAIMS, projects: [1] }],
  ])('refuses one that is %s', async (_title, claims) => {
    expect(await codeOf(await sign(claims))).toBe('invalid_token');
  });

  it('refuses one that was signed otherwise, or changed since', async () => {
    expect(await codeOf(await sign(CLAIMS, { secret: OTHER_SECRET }))).toBe('invalid_token');
    expect(await codeOf(await sign(CLAIMS, { alg: 'HS512' }))).toBe('invalid_token');
    const [head = '', , signature = ''] = (await sign(CLAIMS)).split('.');
    const changed = Buffer.from(JSON.stringify({ ...CLAIMS, role: 'admin' })).toString('base64url');
    expect(await codeOf(`${head}.${changed}.${signature}`)).toBe('invalid_token');
  });

  it('refuses one that is signed by nothing, however "none" is written', async () => {
    expect(await codeOf(new UnsecuredJWT(CLAIMS).encode())).toBe('invalid_token');
    const body = Buffer.from(JSON.stringify(CLAIMS)).toString('base64url');
    for (const alg of ['none', 'None', 'NONE', '', 'nOnE']) {
      const head = Buffer.from(JSON.stringify({ alg })).toString('base64url');
      for (const token of [`${head}.${body}.`, `${head}.${body}.x`]) {
        expect(await codeOf(token)).toBe('invalid_token');
      }
    }
    for (const token of ['..', 'a.b.c', `${'x'.repeat(9_000)}.y.z`]) {
      expect(await codeOf(token)).toBe('invalid_token');
    }
  });
});

describe('given public keys', async () => {
  const ours = await generateKeyPair('EdDSA', { extractable: true });
  const theirs = await generateKeyPair('EdDSA', { extractable: true });
  const rsa = await generateKeyPair('RS256', { extractable: true });
  const published = [
    { ...(await exportJWK(ours.publicKey)), kid: 'ours', alg: 'EdDSA' },
    { ...(await exportJWK(rsa.publicKey)), kid: 'rsa', alg: 'RS256' },
  ];
  const jwks: TokenOptions = { ...BASE, keys: { jwks: { keys: published } } };
  const signed = (key: typeof ours.privateKey, header: { alg: string; [name: string]: unknown }) =>
    new SignJWT(CLAIMS).setProtectedHeader(header).sign(key);

  it('believes what was signed with one of them', async () => {
    for (const [key, header] of [
      [ours.privateKey, { alg: 'EdDSA', kid: 'ours' }],
      [rsa.privateKey, { alg: 'RS256', kid: 'rsa' }],
    ] as const) {
      expect(await codeOf(await signed(key, header), jwks)).toMatchObject({ tenant_id: 'acme' });
    }
  });

  it('never uses a public key as a secret', async () => {
    const texts = [
      await exportSPKI(rsa.publicKey),
      JSON.stringify(published[1]),
      published[1]?.n ?? '',
    ];
    for (const secret of texts) {
      for (const kid of ['rsa', 'ours']) {
        expect(await codeOf(await sign(CLAIMS, { secret, kid }), jwks)).toBe('invalid_token');
      }
    }
  });

  it.each([
    ['a path', { kid: 'keys/../other' }],
    ['SQL', { kid: "ours' UNION SELECT 'x" }],
    ['what every object has', { kid: '__proto__' }],
    ['one of ours, for another’s key', { kid: 'ours' }],
    ['an address to fetch keys from', { kid: 'ours', jku: 'https://evil.example/jwks.json' }],
    ['its own key', { kid: 'ours', jwk: {} }],
  ])(
    'looks for keys nowhere but in its own list, when a token names %s',
    async (_title, header) => {
      const own = 'jwk' in header ? { jwk: await exportJWK(theirs.publicKey) } : {};
      const token = await signed(theirs.privateKey, { alg: 'EdDSA', ...header, ...own });
      expect(await codeOf(token, jwks)).toBe('invalid_token');
    },
  );

  it('fetches them, and says that it cannot tell while they cannot be had', async () => {
    let isDown = true;
    let asked = 0;
    const server = createServer((_request, response) => {
      asked += 1;
      response.statusCode = isDown ? 500 : 200;
      response.end(JSON.stringify({ keys: published }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const verify = createVerifyToken({
      ...BASE,
      keys: { jwksUrl: `http://127.0.0.1:${port}/keys` },
    });
    const token = await signed(ours.privateKey, { alg: 'EdDSA', kid: 'ours' });
    await expect(verify(token, NOW)).rejects.toMatchObject({ code: 'unavailable', status: 503 });
    isDown = false;
    expect(await verify(token, NOW)).toMatchObject({ tenant_id: 'acme' });
    const before = asked;
    for (let round = 0; round < 20; round += 1) {
      const stranger = await signed(theirs.privateKey, { alg: 'EdDSA', kid: `no-${round}` });
      await expect(verify(stranger, NOW)).rejects.toMatchObject({ code: 'invalid_token' });
    }
    expect(asked).toBe(before);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('given options that would be unsafe', () => {
  const unsafe: readonly [string, TokenOptions, RegExp][] = [
    ['a short secret', { ...BASE, keys: { secret: 'short' } }, /has 5 bytes/],
    ['a public algorithm with a secret', { ...options, algorithms: ['RS256'] }, /received RS256/],
    [
      'a secret’s with public keys',
      { ...BASE, keys: { jwks: { keys: [] } }, algorithms: ['HS256'] },
      /received HS256/,
    ],
    ['none', { ...options, algorithms: ['none'] }, /received none/],
    ['no algorithm', { ...options, algorithms: [] }, /received none/],
    ['no audience', { ...options, audience: '' }, /audience/],
  ];
  it.each(unsafe)('does not start with %s', (_title, given, message) => {
    expect(() => createVerifyToken(given)).toThrow(message);
  });
});
