import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pageTemplate } from './page-template.js';

describe('given the path of a page', () => {
  it.each([
    ['/', '/'],
    ['', '/'],
    ['/users/123/orders/9f1c2b7a', '/users/:id/orders/:id'],
    ['/users/123/', '/users/:id'],
    ['/users//5', '/users/:id'],
    ['/u/01912d68-783e-7a03-8467-5661c1243ad4/edit', '/u/:id/edit'],
    ['/invoice-01912D68-783E-7A03-8467-5661C1243AD4.pdf', '/:id.pdf'],
    ['/commit/5b459522f0d1', '/commit/:id'],
    ['/objects/507f1f77bcf86cd799439011', '/objects/:id'],
    ['/o/01ARZ3NDEKTSV4RRFFQ69G5FAV', '/o/:id'],
    ['/o/cjld2cjxh0000qzrmn831i7rn', '/o/:id'],
    ['/o/V1StGXR8_Z5jdHi6B-myT', '/o/:id'],
    ['/o/cus_9s6XKzkNRiz8i3', '/o/:id'],
    ['/reset/eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9', '/reset/:id'],
    ['/reset/dGhpcyBpcyBhIHRva2VuIDEyMw%3D%3D', '/reset/:id'],
    ['/reports/2026-11-25', '/reports/:date'],
    ['/reports/2026-11', '/reports/:date'],
    ['/reports/2026-11-25T10:00:00Z', '/reports/:date'],
    ['/blog/2026/11/25/why', '/blog/:id/:id/:id/why'],
    ['/invite/ann%40shop.example', '/invite/:email'],
    ['/invite/ann@shop.example', '/invite/:email'],
    ['/call/+351210000000', '/call/:id'],
    ['/items/123.html', '/items/:id.html'],
    ['/p/blue-shoes-1234567', '/p/:id'],
    ['/p/1234567-blue-shoes', '/p/:id'],
    ['/orders/ORD12345', '/orders/:id'],
    [`/x/${'a1'.repeat(200)}`, '/x/:id'],
  ])('%s is %s', (path, template) => {
    expect(pageTemplate(path)).toBe(template);
  });

  it.each([
    '/pt-BR/preise',
    '/zh-Hant-TW/a',
    '/es-419/inicio',
    '/docs/3.11/tutorial',
    '/v2/api',
    '/docs/v1.2.3',
    '/iphone-15-pro-max-256gb',
    '/galaxy-s24-fe-5g',
    '/how-to-build-10-things-in-2024',
    '/2024-in-review',
    '/face2face',
    '/facade/decade',
    '/@ann',
    '/static/jquery-3.7.1.min.js',
    '/a-rather-long-heading-that-somebody-wrote-for-search-engines',
    '/MyVeryLongComponentName',
    '/%E6%9D%B1%E4%BA%AC/%D0%BA%D0%BB%D1%8E%D1%87',
    '/100%',
  ])('%s stays as it is', (path) => {
    expect(pageTemplate(path)).toBe(path);
  });

  it('tells deep paths apart by their first twenty segments', () => {
    const deep = `/${Array.from({ length: 30 }, (_, index) => `level-${index}`).join('/')}`;
    expect(pageTemplate(deep).split('/')).toHaveLength(1 + 21);
    expect(pageTemplate(deep)).toMatch(/\/level-19\/\*$/);
  });
});

describe('given any path', () => {
  const segment = fc.oneof(
    fc.webPath({ size: 'small' }).map((path) => path.slice(1)),
    fc.uuid(),
    fc.nat().map(String),
    fc.emailAddress(),
    fc.base64String({ maxLength: 60 }),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(':id', ':date', '*', ':id.html', '%', '%2F', '..', '.'),
  );
  const path = fc.array(segment, { maxLength: 30 }).map((segments) => `/${segments.join('/')}`);
  const count = (text: string) => text.split(/[?#]/, 1)[0]?.split('/').filter(Boolean).length ?? 0;

  it('is its own template, never has more segments, and does not see query and hash', () => {
    fc.assert(
      fc.property(path, fc.string(), (given, tail) => {
        const template = pageTemplate(given);
        expect(pageTemplate(template)).toBe(template);
        expect(count(template)).toBeLessThanOrEqual(count(given));
        expect(pageTemplate(`${given.split(/[?#]/, 1)[0]}?${tail}`)).toBe(template);
        expect(pageTemplate(`${given.split(/[?#]/, 1)[0]}#${tail}`)).toBe(template);
      }),
      { numRuns: 2_000 },
    );
  });

  it('puts every number and every UUID aside, whatever stands around them', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.uuid(),
        fc.constantFrom('users', 'pt-BR', 'a-b'),
        (n, uuid, word) => {
          expect(pageTemplate(`/${word}/${n}/${uuid}/${word}`)).toBe(`/${word}/:id/:id/${word}`);
        },
      ),
    );
  });
});
