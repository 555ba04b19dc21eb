import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Tally } from './tally.js';

/** How far a source was imported: what was answered, and nothing beyond. */
export interface Checkpoint {
  /** The last line of which every event was answered. From 1; 0: none. */
  readonly line: number;
  /** Digest of all lines up to it, so that another file under the same name is noticed. */
  readonly digest: string;
  readonly tally: Tally;
}

/** Where the checkpoint of a source is kept. */
export interface ImportState {
  readonly path: string;
  load(): Promise<Checkpoint | null>;
  save(checkpoint: Checkpoint): Promise<void>;
}

const VERSION = 1;

/** A file's own state, for the collector and the key it goes to: another project has not got its events yet. */
export function statePath(
  directory: string,
  { file, url, key }: { readonly file: string; readonly url: string; readonly key: string },
): string {
  const path = resolve(file);
  const digest = createHash('sha256')
    .update([path, url, key].map((part) => JSON.stringify(part)).join('\n'))
    .digest('hex');
  const name =
    path
      .split(/[\\/]/)
      .pop()
      ?.replace(/[^\w.-]/g, '_') ?? '';
  return join(directory, `${name.slice(0, 80)}.${digest.slice(0, 16)}.json`);
}

/** A damaged state is none: the events that are sent again have the ids they had. */
export function fileState(path: string): ImportState {
  return {
    path,
    async load() {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return '';
        throw error;
      });
      try {
        const { version, line, digest, tally } = JSON.parse(text) as Checkpoint & {
          version: number;
        };
        const isWhole =
          version === VERSION && Number.isSafeInteger(line) && Boolean(digest && tally);
        return isWhole ? { line, digest, tally } : null;
      } catch {
        return null;
      }
    },
    async save(checkpoint) {
      await mkdir(dirname(path), { recursive: true });
      // Written aside and renamed: a process killed here leaves the old state or the new one.
      await writeFile(`${path}.new`, JSON.stringify({ version: VERSION, ...checkpoint }));
      await rename(`${path}.new`, path);
    },
  };
}

/** For what cannot be read a second time from where it was. */
export const noState: ImportState = {
  path: '',
  load: async () => null,
  save: async () => {},
};
