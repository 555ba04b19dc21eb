import { describe, expect, it } from 'vitest';
import { loadMigrations, migrationOf } from './load.js';
import type { AppliedMigration, Migration, MigrationTarget } from './port.js';
import { migrate, MigrationError } from './run.js';

/** A database that remembers what it was told. `failAt` makes applying one of them fail. */
function fakeTarget(failAt?: string): MigrationTarget & { readonly done: AppliedMigration[] } {
  const done: AppliedMigration[] = [];
  return {
    done,
    applied: async () => [...done],
    async apply({ name, checksum }) {
      if (name === failAt) throw new Error(`${name} failed`);
      done.push({ name, checksum });
    },
  };
}

const one = migrationOf('0001_one', 'CREATE TABLE one (n int);');
const two = migrationOf('0002_two', 'CREATE TABLE two (n int);');
const three = migrationOf('0003_three', 'CREATE TABLE three (n int);');

describe('migrate', () => {
  it('applies what is missing, in order of number, and then nothing more', async () => {
    const target = fakeTarget();
    expect(await migrate(target, [two, one])).toEqual(['0001_one', '0002_two']);
    expect(await migrate(target, [two, three, one])).toEqual(['0003_three']);
    expect(await migrate(target, [one, two, three])).toEqual([]);
    expect(target.done.map(({ name }) => name)).toEqual(['0001_one', '0002_two', '0003_three']);
  });

  it('stops at the first that fails, and goes on from there the next time', async () => {
    const target = fakeTarget('0002_two');
    await expect(migrate(target, [one, two, three])).rejects.toThrow('0002_two failed');
    expect(target.done.map(({ name }) => name)).toEqual(['0001_one']);
    const repaired = { ...fakeTarget(), applied: target.applied };
    expect(await migrate(repaired, [one, two, three])).toEqual(['0002_two', '0003_three']);
  });

  const mismatches: readonly [string, Migration[], Migration[], RegExp][] = [
    ['a changed file', [one], [migrationOf('0001_one', 'DROP TABLE one;')], /0001_one was changed/],
    ['a missing file', [one, two], [one], /0002_two was applied .* not shipped/],
    [
      'a renamed file',
      [one],
      [{ ...one, name: '0001_uno' }],
      /0001_one was applied .* not shipped/,
    ],
    [
      'a file squeezed in',
      [one, three],
      [one, two, three],
      /0002_two is not applied but 0003_three/,
    ],
    ['a number used twice', [], [one, { ...two, name: '0001_two' }], /0001_one and 0001_two/],
  ];
  for (const [what, applied, shipped, message] of mismatches) {
    it(`refuses ${what} by name, and changes nothing`, async () => {
      const target = fakeTarget();
      await migrate(target, applied);
      const error = await migrate(target, shipped).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(MigrationError);
      expect((error as Error).message).toMatch(message);
      expect(target.done).toHaveLength(applied.length);
    });
  }

  it('does not mind line endings', () => {
    expect(migrationOf('0001_one', 'a;\r\nb;').checksum).toBe(
      migrationOf('0001_one', 'a;\nb;').checksum,
    );
  });

  it('finds the files shipped for each engine', async () => {
    for (const engine of ['clickhouse', 'postgres'] as const) {
      const shipped = await loadMigrations(engine);
      expect(shipped.length).toBeGreaterThan(0);
      const names = shipped.map(({ name }) => name);
      expect(names).toEqual(names.toSorted());
      expect(await migrate(fakeTarget(), shipped)).toHaveLength(shipped.length);
    }
  });

  it('ships ClickHouse statements that may be run again after a crash between them', async () => {
    for (const { name, sql } of await loadMigrations('clickhouse')) {
      for (const create of sql.match(/\b(CREATE|ADD|DROP)\b[^(;]*/g) ?? []) {
        expect(create, name).toMatch(/IF (NOT )?EXISTS|OR REPLACE/);
      }
    }
  });
});
