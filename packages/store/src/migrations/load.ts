import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Migration } from './port.js';

export type MigrationEngine = 'clickhouse' | 'postgres';

const FILE = /^(\d{4}_[a-z0-9_]+)\.sql$/;

/** Reads the migrations this package ships for an engine, in order. */
export async function loadMigrations(engine: MigrationEngine): Promise<Migration[]> {
  // The same two steps up from src/migrations and from dist/migrations.
  const folder = new URL(`../../migrations/${engine}/`, import.meta.url);
  const names = (await readdir(folder)).flatMap((file) => FILE.exec(file)?.[1] ?? []).sort();
  return Promise.all(
    names.map(async (name) =>
      migrationOf(name, await readFile(new URL(`${name}.sql`, folder), 'utf8')),
    ),
  );
}

/** A migration from its text. Line endings do not count: a checkout may change them. */
export function migrationOf(name: string, text: string): Migration {
  const sql = text.replaceAll('\r\n', '\n');
  return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
}
