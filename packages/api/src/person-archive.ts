import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import {
  PERSON_PARTS,
  type PeopleTables,
  type PersonScope,
  type PersonTexts,
  type ProfileStore,
} from '@px-platform/store';

export interface PersonArchiveDeps {
  readonly eventStore: Pick<PeopleTables, 'rowsOf'>;
  readonly profiles: Pick<ProfileStore, 'find'>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/**
 * Writes all that is kept of a person as a zip of JSON lines, a file for each kind of thing, row by row as they are read. The
 * manifest is the last file: an archive that has it is whole. Resolves with the number of rows by kind; rejects where
 * the reader goes away, or a store does.
 */
export async function writePersonArchive(
  output: Writable,
  person: PersonScope & PersonTexts,
  { eventStore, profiles, clock }: PersonArchiveDeps,
): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  const parts: Readonly<Record<string, () => AsyncIterable<readonly object[]>>> = {
    profile: () => profilesOf(person, profiles),
    ...Object.fromEntries(
      PERSON_PARTS.map((part) => [part, () => eventStore.rowsOf(part, person)]),
    ),
  };
  const zip = new ZipFile();
  const archive = zip.outputStream as Readable;
  /** A file that cannot be read fails the archive, which would else wait for it for ever. */
  const add = (name: string, open: () => Readable) =>
    zip.addReadStreamLazy(name, (give) => {
      give(
        null,
        open().once('error', (error: Error) => archive.destroy(error)),
      );
    });
  for (const [part, rowsOf] of Object.entries(parts)) {
    const count = (rows: number) => (counts[part] = (counts[part] ?? 0) + rows);
    add(`${part}.jsonl`, () => Readable.from(linesOf(rowsOf(), count)));
  }
  add('manifest.json', () => {
    const { tenant_id, project_id, user_ids } = person;
    const exported_at = new Date(clock()).toISOString();
    const rows = Object.fromEntries(Object.keys(parts).map((part) => [part, counts[part] ?? 0]));
    const manifest = { tenant_id, project_id, user_ids, exported_at, rows };
    return Readable.from([`${JSON.stringify(manifest, null, 2)}\n`]);
  });
  zip.end();
  await pipeline(archive, output);
  return counts;
}

async function* linesOf(
  pages: AsyncIterable<readonly object[]>,
  count: (rows: number) => void,
): AsyncGenerator<string> {
  for await (const rows of pages) {
    count(rows.length);
    yield rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  }
}

async function* profilesOf(
  { project_id, user_ids }: PersonScope,
  profiles: Pick<ProfileStore, 'find'>,
): AsyncGenerator<readonly object[]> {
  for (const user_id of user_ids) {
    const found = await profiles.find(project_id, user_id);
    if (found) yield [found];
  }
}
