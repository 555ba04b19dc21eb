import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { UsageError } from './config.js';
import { openPlaces } from './open-places.js';

const log = { info() {}, warn() {}, error() {} };

it('finds the country of an address without being told of a database', async () => {
  const places = await openPlaces(null, log);
  expect(places.find('1.1.1.1')?.country).toMatch(/^[A-Z]{2}$/);
  places.close();
});

it('names the variable and the file that cannot be read', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'px-places-'));
  const garbage = join(directory, 'garbage.mmdb');
  await writeFile(garbage, 'nothing of the kind');
  for (const path of [join(directory, 'missing.mmdb'), garbage]) {
    const error = await openPlaces(path, log).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toContain('PX_GEO_DB');
    expect((error as Error).message).toContain(path);
  }
  await rm(directory, { recursive: true });
});
