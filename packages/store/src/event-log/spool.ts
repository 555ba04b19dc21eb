import type { Topic } from '@px-platform/protocol';
import type { ServerLog } from '../server-log.js';
import { LogUnavailableError, type LogRecord } from './port.js';
import { openSpoolFiles, type SpoolFile } from './spool-files.js';
import { encodeFrame, readFrames, type Frame } from './spool-frames.js';
import { createSpoolWriter } from './spool-writer.js';

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
  /** When the oldest file that waits was begun, epoch milliseconds; null where nothing waits. */
  readonly oldestAt: number | null;
  /** Places on the disk that could not be read any more, since the start. */
  readonly damaged: number;
}

/** A file that is read and not written to any more. */
export interface Segment {
  readonly frames: readonly Frame[];
  /** All of it is safe elsewhere, or the file is to be kept for whoever looks. */
  done(outcome: 'taken' | 'kept'): Promise<void>;
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

/** So often a file is read before it is given up. */
const READS = 3;
/** Of the process, and not of the file. */
const PASSING = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EBUSY', 'EINTR']);

/** Opens the spool, and finds what an earlier process left. */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { dir, maxBytes, segmentBytes, probeMs, log } = options;
  const disk = await openSpoolFiles(dir);
  const files = [...disk.found];
  const onSealed = (file: SpoolFile) => void files.push(file);
  const writer = createSpoolWriter({ disk, segmentBytes, probeMs, onSealed, log });
  let isFull = false;
  let reads = 0;
  let damaged = 0;
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  let records = files.reduce((sum, file) => sum + file.records, 0);
  const weigh = (moreBytes: number, moreRecords: number) => {
    bytes += moreBytes;
    records += moreRecords;
    if (moreBytes < 0) isFull = false;
  };

  const leave = async (file: SpoolFile, outcome: 'taken' | 'kept') => {
    if (files[0] !== file) return;
    files.shift();
    weigh(-file.bytes, -file.records);
    await (outcome === 'taken' ? disk.remove(file.name) : disk.keep(file.name));
  };
  /** Null where it is given up. */
  const read = async (file: SpoolFile) => {
    try {
      const content = await disk.read(file.name);
      reads = 0;
      return content;
    } catch (error) {
      reads += 1;
      if (reads < READS || PASSING.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
      reads = 0;
      damaged += 1;
      const facts = { err: error, dir, file: file.name, records: file.records };
      log.error(facts, 'a file of the spool cannot be read; it is kept, and passed over');
      await leave(file, 'kept').catch(() => {});
      return null;
    }
  };
  const segmentOf = (file: SpoolFile, content: Buffer): Segment => {
    const { frames, damaged: places, tornBytes } = readFrames(content);
    const facts = { dir, file: file.name };
    if (tornBytes > 0) {
      const what = 'a write to the spool was cut off; nobody was told that it was good';
      log.warn({ ...facts, tornBytes }, what);
    }
    if (places > 0) {
      const what = 'the disk has changed what was spooled; the file is kept';
      log.error({ ...facts, damaged: places }, what);
      damaged += places;
    }
    return { frames, done: (outcome) => leave(file, places > 0 ? 'kept' : outcome) };
  };

  return {
    async put(topic, appended) {
      const frame = encodeFrame(topic, appended);
      const size = frame.length;
      if (bytes + size > maxBytes) {
        // Where nothing waits it would stay full for ever: then only this one is too large.
        isFull = bytes > 0;
        throw new LogUnavailableError(
          `${bytes} bytes are spooled and ${size} more would pass the limit of ${maxBytes}`,
        );
      }
      weigh(size, appended.length);
      try {
        await writer.write(frame, appended.length);
      } catch (error) {
        weigh(-size, -appended.length);
        throw error;
      }
    },
    async oldest() {
      for (;;) {
        while (files.length === 0 && !writer.isIdle()) await writer.seal();
        const [file] = files;
        if (!file) return null;
        const content = await read(file);
        if (content) return segmentOf(file, content);
      }
    },
    isEmpty: () => files.length === 0 && writer.isIdle(),
    isReady: () => writer.isReady() && !isFull && bytes < maxBytes,
    stats: () => ({
      bytes,
      records,
      oldestAt: files[0]?.since ?? writer.since(),
      damaged,
    }),
    async close() {
      await writer.close();
      await disk.release();
    },
  };
}
