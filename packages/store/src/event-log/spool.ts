import { mkdir, open, readdir, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Topic } from '@px-platform/protocol';
import { acquirePidLock } from '../pid-lock.js';
import type { ServerLog } from '../server-log.js';
import { LogUnavailableError, type LogRecord } from './port.js';
import { countRecords, decodeFrames, encodeFrame, type SpooledAppend } from './spool-frames.js';

export interface SpoolOptions {
  /** Created if it is not there; for one process at a time. */
  readonly dir: string;
  /** Bytes that may wait; beyond it appends are refused. */
  readonly maxBytes: number;
  /** A file is closed once it has so many bytes. */
  readonly segmentBytes: number;
  /** How often a disk that refused a write is tried again, milliseconds. */
  readonly probeMs: number;
  readonly log: ServerLog;
}

/** What waits on the disk. */
export interface SpoolStats {
  readonly bytes: number;
  readonly records: number;
}

/** A file that is read and not written to any more. */
export interface Segment {
  readonly appends: readonly SpooledAppend[];
  readonly bytes: number;
  /** All of it is safe elsewhere. */
  remove(): Promise<void>;
}

/** A queue of appends on the local disk: what was put is there after the process, or the machine, has died. */
export interface Spool {
  /** Resolves once it is on the disk; rejects with {@link LogUnavailableError} where it is full, or fails. */
  put<T extends Topic>(topic: T, records: readonly LogRecord<T>[]): Promise<void>;
  /** The oldest file; null where nothing waits. What is put from here on goes to a later one. */
  oldest(): Promise<Segment | null>;
  isEmpty(): boolean;
  /** Whether a put would be tried. */
  isReady(): boolean;
  stats(): SpoolStats;
  close(): Promise<void>;
}

interface SegmentFile {
  readonly name: string;
  bytes: number;
  records: number;
}

interface Put {
  readonly frame: Buffer;
  readonly records: number;
  readonly resolve: () => void;
  readonly reject: (error: LogUnavailableError) => void;
}

const NAME = /^\d{12}\.spool$/;

/** Opens the spool, and finds what an earlier process left. */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { dir, maxBytes, segmentBytes, probeMs, log } = options;
  await mkdir(dir, { recursive: true });
  const unlock = await acquirePidLock(dir);
  const files = await findSegments(dir);
  let sequence = Number.parseInt(files.at(-1)?.name ?? '0', 10);
  let current: (SegmentFile & { readonly handle: FileHandle }) | null = null;
  let waiting: Put[] = [];
  let writing: Promise<void> | null = null;
  let isFaulty = false;
  let isClosed = false;
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  let records = files.reduce((sum, file) => sum + file.records, 0);

  const begin = async () => {
    sequence += 1;
    const name = `${String(sequence).padStart(12, '0')}.spool`;
    const handle = await open(join(dir, name), 'ax');
    await syncDirectory(dir);
    return { name, bytes: 0, records: 0, handle };
  };
  /** Nothing more is written to the file in hand. */
  const seal = async () => {
    if (!current) return;
    const { handle, name, ...held } = current;
    current = null;
    files.push({ name, ...held });
    await handle.close();
  };
  /** A write failed: what it left behind is cut off, and the file is never written to again. */
  const abandon = async (cause: unknown) => {
    if (!isFaulty)
      log.error({ err: cause, dir }, 'the spool cannot be written to; batches are refused');
    isFaulty = true;
    const failed = current;
    if (!failed) return;
    await failed.handle.truncate(failed.bytes).catch(() => {});
    await seal().catch(() => {});
    if (failed.bytes === 0) {
      files.pop();
      await rm(join(dir, failed.name), { force: true }).catch(() => {});
    }
  };

  /** Those that came while the disk was at work go down together. */
  const write = async () => {
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      try {
        current ??= await begin();
        await current.handle.appendFile(Buffer.concat(group.map(({ frame }) => frame)));
        await current.handle.datasync();
        for (const { frame, records: count, resolve } of group) {
          current.bytes += frame.length;
          current.records += count;
          resolve();
        }
        if (current.bytes >= segmentBytes) await seal();
      } catch (cause) {
        await abandon(cause);
        for (const { frame, records: count, reject } of group) {
          bytes -= frame.length;
          records -= count;
          reject(
            new LogUnavailableError(`the spool failed: ${(cause as Error).message}`, { cause }),
          );
        }
      }
    }
    writing = null;
  };

  /** A megabyte that can be written and deleted again is taken for a disk that works. */
  const probe = setInterval(() => {
    if (!isFaulty || isClosed) return;
    tryDisk(join(dir, 'probe'))
      .then(() => {
        if (isFaulty) log.info({ dir }, 'the spool can be written to again');
        isFaulty = false;
      })
      .catch(() => {});
  }, probeMs);
  probe.unref();

  return {
    put(topic, appended) {
      if (isClosed) return Promise.reject(new LogUnavailableError('the spool is closed'));
      if (isFaulty)
        return Promise.reject(new LogUnavailableError('the spool cannot be written to'));
      const frame = encodeFrame(topic, appended);
      if (bytes + frame.length > maxBytes) {
        return Promise.reject(
          new LogUnavailableError(
            `${bytes} bytes are spooled and ${frame.length} more would pass the limit of ${maxBytes}`,
          ),
        );
      }
      bytes += frame.length;
      records += appended.length;
      return new Promise((resolve, reject) => {
        waiting.push({ frame, records: appended.length, resolve, reject });
        writing ??= write();
      });
    },
    async oldest() {
      while (files.length === 0 && (current || writing)) {
        await writing;
        // A write that began meanwhile has the file in hand.
        if (!writing) await seal();
      }
      const [file] = files;
      if (!file) return null;
      const path = join(dir, file.name);
      const { appends, damaged, tornBytes } = decodeFrames(await readFile(path));
      if (tornBytes > 0)
        log.warn(
          { path, tornBytes },
          'a write to the spool was cut off; nobody was told that it was good',
        );
      if (damaged > 0)
        log.error(
          { path, damaged },
          'the disk has changed what was spooled; the file is kept as .damaged',
        );
      return {
        appends,
        bytes: file.bytes,
        async remove() {
          if (files[0] !== file) return;
          files.shift();
          bytes -= file.bytes;
          records -= file.records;
          await (damaged > 0 ? rename(path, `${path}.damaged`) : rm(path, { force: true }));
        },
      };
    },
    isEmpty: () => files.length === 0 && !current && !writing,
    isReady: () => !isClosed && !isFaulty && bytes < maxBytes,
    stats: () => ({ bytes, records }),
    async close() {
      isClosed = true;
      clearInterval(probe);
      await writing;
      await seal();
      await unlock();
    },
  };
}

async function findSegments(dir: string): Promise<SegmentFile[]> {
  const names = (await readdir(dir)).filter((name) => NAME.test(name)).sort();
  const found: SegmentFile[] = [];
  for (const name of names) {
    const content = await readFile(join(dir, name));
    found.push({ name, bytes: content.length, records: countRecords(content) });
  }
  return found;
}

/** A file that was created is found after a power cut only once its directory is on the disk, too. */
async function syncDirectory(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const PROBE = Buffer.alloc(1024 * 1024);

async function tryDisk(path: string): Promise<void> {
  try {
    const handle = await open(path, 'w');
    try {
      await handle.appendFile(PROBE);
      await handle.datasync();
    } finally {
      await handle.close();
    }
  } finally {
    await rm(path, { force: true });
  }
}
