import type { AppliedMigration, Migration, MigrationTarget } from './port.js';

/** What was applied and what is shipped do not fit. Nothing was changed. */
export class MigrationError extends Error {
  readonly code = 'migration_mismatch';
  constructor(message: string) {
    super(message);
    this.name = 'MigrationError';
  }
}

/** Applies what is missing, in order, and returns the names of what it applied. Safe to repeat. */
export async function migrate(
  target: MigrationTarget,
  migrations: readonly Migration[],
): Promise<string[]> {
  const ordered = inOrder(migrations);
  const applied = await target.applied();
  refuseMismatch(ordered, applied);
  const missing = ordered.slice(applied.length);
  for (const migration of missing) await target.apply(migration);
  return missing.map(({ name }) => name);
}

function inOrder(migrations: readonly Migration[]): Migration[] {
  const ordered = [...migrations].sort((a, b) => (a.name < b.name ? -1 : 1));
  const byNumber = new Map<string, string>();
  for (const { name } of ordered) {
    const number = name.slice(0, 4);
    const twin = byNumber.get(number);
    if (twin !== undefined) throw new MigrationError(`${twin} and ${name} have the same number`);
    byNumber.set(number, name);
  }
  return ordered;
}

function refuseMismatch(shipped: readonly Migration[], applied: readonly AppliedMigration[]): void {
  const byName = new Map(shipped.map((each) => [each.name, each]));
  for (const { name, checksum } of applied) {
    const file = byName.get(name);
    if (file === undefined) {
      throw new MigrationError(
        `${name} was applied to this database but is not shipped: the data is from a newer version, or the file was lost`,
      );
    }
    if (file.checksum !== checksum) {
      throw new MigrationError(
        `${name} was changed after it was applied: put it back as it was and write a new migration`,
      );
    }
  }
  const names = new Set(applied.map(({ name }) => name));
  const last = applied.reduce((latest, { name }) => (name > latest ? name : latest), '');
  const late = shipped.find(({ name }) => !names.has(name) && name < last);
  if (late !== undefined) {
    throw new MigrationError(`${late.name} is not applied but ${last} is: give it a higher number`);
  }
}
