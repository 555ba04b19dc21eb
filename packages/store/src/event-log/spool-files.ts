import {
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  type FileHandle,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Disposer } from '../disposer.js';
import { acquirePidLock } from '../pid-lock.js';
import { countRecords } from './spool-frames.js';

/** A file of the spool. */
export interface SpoolFile {
  readonly name: string;
  /** When it was begun, epoch milliseconds. */
  readonly since: number;
  bytes: number;
  records: number;
}

/** The folder of a spool, held for this process. */
export interface SpoolFiles {
  /** What an earlier process left, oldest first. */
  readonly found: readonly SpoolFile[];
  /** The next file, known to its folder, empty. */
  create(): Promise<{ readonly name: string; readonly handle: FileHandle }>;
  read(name: string): Promise<Buffer>;
  remove(name: string): Promise<void>;
  /** Takes it out of the spool, and leaves it for whoever looks. Needs no room. */
  keep(name: string): Promise<void>;
  /** Resolves where a megabyte can be written and deleted again. */
  tryDisk(): Promise<void>;
  readonly release: Disposer;
}

const NAME = /^(\d{12})\.spool(\.kept)?$/;
/** Events tell of people: for nobody but the user whom the process runs as. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const PROBE = Buffer.alloc(1024 * 1024);

/** Opens the folder, which is created if need be. What in it cannot be read keeps nobody from starting. */
export async function openSpoolFiles(dir: string): Promise<SpoolFiles> {
  await makeFolder(dir);
  const release = await acquirePidLock(dir);
  const pathOf = (name: string) => join(dir, name);
  let names: string[];
  const found: SpoolFile[] = [];
  try {
    names = (await readdir(dir)).filter((name) => NAME.test(name)).sort();
    for (const name of names) if (name.endsWith('.spool')) found.push(await lookAt(dir, name));
    await rm(pathOf('probe'), { force: true });
  } catch (error) {
    await release();
    throw error;
  }
  // Kept files count, too: a later one of the same number would take their place.
  let sequence = Number.parseInt(names.at(-1) ?? '0', 10);

  return {
    found,
    async create() {
      sequence += 1;
      const name = `${String(sequence).padStart(12, '0')}.spool`;
      const handle = await open(pathOf(name), 'ax', FILE_MODE);
      try {
        await syncFolder(dir);
      } catch (error) {
        await handle.close().catch(() => {});
        await rm(pathOf(name), { force: true }).catch(() => {});
        throw error;
      }
      return { name, handle };
    },
    read: (name) => readFile(pathOf(name)),
    async remove(name) {
      await rm(pathOf(name), { force: true });
      await syncFolder(dir);
    },
    async keep(name) {
      await rename(pathOf(name), pathOf(`${name}.kept`));
      await syncFolder(dir);
    },
    async tryDisk() {
      try {
        const handle = await open(pathOf('probe'), 'w', FILE_MODE);
        try {
          await handle.appendFile(PROBE);
          await handle.datasync();
        } finally {
          await handle.close();
        }
      } finally {
        await rm(pathOf('probe'), { force: true });
      }
    },
    release,
  };
}

/** Adds to a file that is made if need be, and resolves once that is on the disk. */
export async function appendDurably(dir: string, name: string, text: string): Promise<void> {
  const handle = await open(join(dir, name), 'a', FILE_MODE);
  try {
    const { size } = await handle.stat();
    try {
      await handle.appendFile(text);
      await handle.datasync();
    } catch (error) {
      // A half line would spoil the next one.
      await handle.truncate(size).catch(() => {});
      throw error;
    }
    if (size === 0) await syncFolder(dir);
  } finally {
    await handle.close();
  }
}

async function lookAt(dir: string, name: string): Promise<SpoolFile> {
  const path = join(dir, name);
  const { size, birthtimeMs, mtimeMs } = await stat(path).catch(() => NOTHING);
  const content = await readFile(path).catch(() => null);
  return {
    name,
    // Not every file system knows when a file was made.
    since: birthtimeMs > 0 ? Math.min(birthtimeMs, mtimeMs) : mtimeMs,
    bytes: content?.length ?? size,
    records: content ? countRecords(content) : 0,
  };
}

const NOTHING = { size: 0, birthtimeMs: 0, mtimeMs: 0 };

async function makeFolder(dir: string): Promise<void> {
  const first = await mkdir(dir, { recursive: true, mode: FOLDER_MODE });
  if (first === undefined) return;
  const last = dirname(resolve(first));
  // Who may write into a folder may not always open it: then its file system must do.
  for (let each = resolve(dir); each !== last; each = dirname(each))
    await syncFolder(dirname(each)).catch(() => {});
}

/** A file that was made, or deleted, is so after a power cut only once its folder is on the disk, too. */
async function syncFolder(dir: string): Promise<void> {
  // Windows opens no folders.
  if (process.platform === 'win32') return;
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
