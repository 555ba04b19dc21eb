import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mmdb } from '../../test/write-mmdb.js';
import { openGeo } from './mmdb.js';
import { publicAddress } from './public-address.js';

const told: { message: string; path?: unknown }[] = [];
const tell = (facts: object, message: string) => void told.push({ ...facts, message });
const log = { info: tell, warn: tell, error: tell };

const NESTED = {
  country: { iso_code: 'PT', names: { en: 'Portugal' } },
  subdivisions: [{ iso_code: '11', names: { pt: 'Lisboa', en: 'Lisbon' } }],
  city: { names: { de: 'Lissabon', en: 'Lisbon' } },
};

let directory = '';
let path = '';
beforeEach(async () => {
  told.length = 0;
  directory = await mkdtemp(join(tmpdir(), 'px-geo-'));
  path = join(directory, 'places.mmdb');
});
afterEach(() => rm(directory, { recursive: true }));

/** As updaters do it: beside, then into its place at once. */
async function replace(bytes: Buffer | string): Promise<void> {
  await writeFile(`${path}.new`, bytes);
  await rename(`${path}.new`, path);
}

describe('given the bundled database', () => {
  it('knows countries, of both kinds of addresses, and no cities', async () => {
    const geo = await openGeo({ log });
    for (const ip of ['193.136.128.1', '::ffff:193.136.128.1', '2001:690::1']) {
      expect(geo.find(ip), ip).toEqual({ country: 'PT', region: '', city: '' });
    }
    geo.close();
  });
});

describe('given an operator’s database', () => {
  it('reads places as MaxMind nests them, and as others have them flat', async () => {
    await replace(
      mmdb({
        '81.2.69.0/24': NESTED,
        '81.2.70.0/24': { country_code: 'BR', state1: 'São Paulo', city: 'Santos' },
        '81.2.71.0/24': { country: 'jp', region: 'Tokyo', city: 'Tokyo' },
        '81.2.72.0/24': { country: { iso_code: 'FR' }, subdivisions: [{ iso_code: 'IDF' }] },
        '81.2.73.0/24': { continent: { code: 'EU' } },
        '81.2.74.0/24': { country_code: 'ZZ' },
      }),
    );
    const geo = await openGeo({ path, log });
    expect(geo.find('81.2.69.142')).toEqual({ country: 'PT', region: 'Lisbon', city: 'Lisbon' });
    expect(geo.find('81.2.70.1')).toEqual({ country: 'BR', region: 'São Paulo', city: 'Santos' });
    expect(geo.find('81.2.71.1')).toEqual({ country: 'JP', region: 'Tokyo', city: 'Tokyo' });
    expect(geo.find('81.2.72.1')).toEqual({ country: 'FR', region: 'IDF', city: '' });
    for (const ip of ['81.2.73.1', '81.2.74.1', '9.9.9.9']) expect(geo.find(ip), ip).toBeNull();
    geo.close();
  });

  it('answers from the new file once it was replaced, and from the old one while the new is broken', async () => {
    await replace(mmdb({ '81.2.69.0/24': { country_code: 'PT' } }));
    const geo = await openGeo({ path, log });
    const country = () => geo.find('81.2.69.1')?.country;
    await geo.refresh();
    expect([country(), told]).toEqual(['PT', []]);

    await replace('half of a database');
    await geo.refresh();
    await geo.refresh();
    expect(country()).toBe('PT');
    expect(told).toMatchObject([{ path, message: 'the database of places stays the old one' }]);

    await replace(mmdb({ '81.2.69.0/24': { country_code: 'ES' } }));
    await geo.refresh();
    expect(country()).toBe('ES');
    expect(told.at(-1)).toMatchObject({ path, message: 'the database of places was replaced' });
    geo.close();
  });

  it.each<[string, Buffer | string | null, RegExp]>([
    ['that is not there', null, /ENOENT/],
    ['that is something else', 'not a database at all', /cannot be read/],
    ['that is empty', '', /cannot be read/],
    [
      'of networks',
      mmdb({ '81.2.69.0/24': { isp: 'x' } }, 'Test-ASN'),
      /it is a Test-ASN database/,
    ],
  ])('names a file %s, and does not open it', async (_what, bytes, reason) => {
    if (bytes !== null) await replace(bytes);
    const error = (await openGeo({ path, log }).catch((caught: unknown) => caught)) as Error;
    expect(error.message).toContain(path);
    expect(error.message).toMatch(reason);
  });
});

describe('given an address', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.1.1',
    '100.64.0.1',
    '100.127.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    '::ffff:10.0.0.1',
    'fe80::1',
    'fd12:3456::1',
    'FC00::1',
    'ff02::1',
    '',
    'unknown',
    '1.2.3',
    '1.2.3.4:80',
    '256.1.1.1',
  ])('%j is nowhere', (text) => {
    expect(publicAddress(text)).toBeNull();
  });

  it.each([
    ['1.1.1.1', '1.1.1.1'],
    ['172.32.0.1', '172.32.0.1'],
    ['100.128.0.1', '100.128.0.1'],
    ['192.169.0.1', '192.169.0.1'],
    ['::ffff:1.1.1.1', '1.1.1.1'],
    ['2001:690::1', '2001:690::1'],
  ])('%s may be somewhere', (text, address) => {
    expect(publicAddress(text)).toBe(address);
  });
});
