import type { FileHandle } from 'node:fs/promises';
import type { ServerLog } from '../server-log.js';
import { LogUnavailableError } from './port.js';
import type { SpoolFile, SpoolFiles } from './spool-files.js';

export interface SpoolWriterOptions {
  readonly disk: Pick<SpoolFiles, 'create' | 'remove' | 'tryDisk'>;
  /** A file is closed once it has so many bytes. */
  readonly segmentBytes: number;
  /** How often a disk that refused a write is tried again, milliseconds. */
  readonly probeMs: number;
  /** Nothing more is written to this one. */
  readonly onSealed: (file: SpoolFile) => void;
  readonly log: ServerLog;
}

/** The end of the spool that is written to. */
export interface SpoolWriter {
  /** Resolves once the frame is on the disk; rejects with {@link LogUnavailableError}, and then it is not there. */
  write(frame: Buffer, records: number): Promise<void>;
  /** Ends the file in hand, once nothing is being written. */
  seal(): Promise<void>;
  /** Whether no file is in hand, and nothing on its way to one. */
  isIdle(): boolean;
  /** Whether a write would be tried. */
  isReady(): boolean;
  /** When the file in hand was begun. */
  since(): number | null;
  close(): Promise<void>;
}

interface Write {
  readonly frame: Buffer;
  readonly records: number;
  readonly resolve: () => void;
  readonly reject: (error: LogUnavailableError) => void;
}

/** Bytes that may wait in memory for the disk: one that hangs must not fill it. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** Creates the writer. It touches no disk before the first write. */
export function createSpoolWriter({
  disk,
  segmentBytes,
  probeMs,
  onSealed,
  log,
}: SpoolWriterOptions): SpoolWriter {
  let current: (SpoolFile & { readonly handle: FileHandle }) | null = null;
  let waiting: Write[] = [];
  let waitingBytes = 0;
  let writing: Promise<void> | null = null;
  let probing: Promise<void> | null = null;
  let isFaulty = false;
  let isClosed = false;

  /** What the file holds is on the disk already: closing it adds nothing. */
  const end = async () => {
    if (!current) return;
    const { handle, ...file } = current;
    current = null;
    if (file.bytes > 0) onSealed(file);
    await handle.close().catch(() => {});
  };
  /** What a failed write left behind is cut off, and its file is never written to again. */
  const abandon = async (cause: unknown) => {
    if (!isFaulty) log.error({ err: cause }, 'the spool cannot be written to; batches are refused');
    isFaulty = true;
    const failed = current;
    if (!failed) return;
    await failed.handle.truncate(failed.bytes).catch(() => {});
    await end();
    if (failed.bytes === 0) await disk.remove(failed.name).catch(() => {});
  };

  /** Those that came while the disk was at work go down together, as many as go in a file. */
  const nextGroup = () => {
    let size = 0;
    let count = 0;
    for (const { frame } of waiting) {
      if (count > 0 && size + frame.length > segmentBytes) break;
      size += frame.length;
      count += 1;
    }
    const group = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return { group, size };
  };
  /** Null once it is on the disk. */
  const attempt = async (group: readonly Write[], size: number) => {
    try {
      current ??= { ...(await disk.create()), since: Date.now(), bytes: 0, records: 0 };
      await current.handle.appendFile(Buffer.concat(group.map(({ frame }) => frame)));
      await current.handle.datasync();
      current.bytes += size;
      for (const { records } of group) current.records += records;
      return null;
    } catch (cause) {
      await abandon(cause);
      return new LogUnavailableError(`the spool failed: ${(cause as Error).message}`, { cause });
    }
  };
  const run = async () => {
    while (waiting.length > 0) {
      const { group, size } = nextGroup();
      const error = await attempt(group, size);
      waitingBytes -= size;
      for (const { resolve, reject } of group) {
        if (error) reject(error);
        else resolve();
      }
      if (current && current.bytes >= segmentBytes) await end();
    }
    // In the same turn as the last look at the queue: a write asked for in between would wait for ever.
    writing = null;
  };

  const probe = setInterval(() => {
    if (!isFaulty || isClosed || probing) return;
    probing = disk
      .tryDisk()
      .then(() => {
        log.info({}, 'the spool can be written to again');
        isFaulty = false;
      })
      .catch(() => {})
      .finally(() => (probing = null));
  }, probeMs);
  probe.unref();

  const refuse = (why: string) => Promise.reject(new LogUnavailableError(why));
  return {
    write(frame, records) {
      if (isClosed) return refuse('the spool is closed');
      if (isFaulty) return refuse('the spool cannot be written to');
      if (waitingBytes > 0 && waitingBytes + frame.length > MAX_WAITING_BYTES)
        return refuse(`${waitingBytes} bytes wait for the disk of the spool`);
      waitingBytes += frame.length;
      return new Promise((resolve, reject) => {
        waiting.push({ frame, records, resolve, reject });
        writing ??= run();
      });
    },
    async seal() {
      await writing;
      // A write that began meanwhile has the file in hand.
      if (!writing) await end();
    },
    isIdle: () => !current && !writing,
    isReady: () => !isClosed && !isFaulty && waitingBytes < MAX_WAITING_BYTES,
    since: () => current?.since ?? null,
    async close() {
      isClosed = true;
      clearInterval(probe);
      await writing;
      await probing;
      await end();
    },
  };
}
