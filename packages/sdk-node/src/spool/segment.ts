import {
  appendFileSync,
  closeSync,
  fdatasync,
  fdatasyncSync,
  openSync,
  readSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';

/** A file of events, one a line, and what is known of it. It is deleted whole, once all of them are settled. */
export interface Segment {
  readonly path: string;
  /** Of whole lines. */
  bytes: number;
  lines: number;
  /** Lines that are not settled, read or not. */
  left: number;
  /** How far it was read into memory. What comes in while nothing is unread counts as read. */
  readBytes: number;
  readLines: number;
  /** Not settled, and not in memory. */
  unread: number;
  /** Lines that somebody settled who is gone. */
  readonly settled: ReadonlySet<number>;
  /** It is deleted, or somebody else has it. */
  isGone: boolean;
}

/** Where an event stands. */
export interface Slot {
  readonly segment: Segment;
  readonly line: number;
}

/** A segment that is written to. */
export interface SegmentWriter {
  readonly segment: Segment;
  /** Writes a line, of so many bytes without its end. Throws where the disk does not take all of it: nothing may be written behind that. */
  append(json: string, bytes: number): Slot;
  /** Has the disk itself take what was written, without waiting for it. */
  sync(onError: (cause: Error) => void): void;
  /** False once another file, or none, is where it was. */
  isThere(): boolean;
  /** With `isSynced` only once the disk itself has it. */
  close(isSynced: boolean): void;
}

export const SEGMENT_SUFFIX = '.jsonl';
const SETTLED_SUFFIX = '.settled';
const NEW_LINE = 0x0a;
/** Far more than any one line has. */
const READ_BYTES = 256 * 1_024;

/** The file beside it that says which lines are settled: a segment is never written to twice. */
export const settledPathOf = (path: string) =>
  path.slice(0, -SEGMENT_SUFFIX.length) + SETTLED_SUFFIX;

/** Creates a segment. Events are personal data: nobody else may read it. */
export function createSegment(path: string): SegmentWriter {
  const file = openSync(path, 'ax+', 0o600);
  const segment = segmentOf(path, { bytes: 0, lines: 0, settled: new Set() });
  const { ino } = statSync(path);
  let isClosed = false;
  return {
    segment,
    append(json, bytes) {
      const whole = bytes + 1;
      if (writeSync(file, `${json}\n`) !== whole)
        throw Object.assign(new Error('the disk took a part of an event'), { code: 'ENOSPC' });
      const line = segment.lines;
      segment.bytes += whole;
      segment.lines += 1;
      segment.left += 1;
      return { segment, line };
    },
    sync(onError) {
      fdatasync(file, (cause) => {
        if (cause && !isClosed) onError(cause);
      });
    },
    isThere() {
      try {
        return statSync(path).ino === ino;
      } catch {
        return false;
      }
    },
    close(isSynced) {
      isClosed = true;
      try {
        if (isSynced) fdatasyncSync(file);
      } finally {
        closeSync(file);
      }
    },
  };
}

/** Reads what somebody left. A last line without an end was torn: whoever wrote it never came back from it. */
export async function openLeftSegment(path: string): Promise<Segment> {
  const all = await readFile(path);
  let lines = 0;
  let bytes = 0;
  for (let at = all.indexOf(NEW_LINE); at !== -1; at = all.indexOf(NEW_LINE, bytes)) {
    lines += 1;
    bytes = at + 1;
  }
  const noted = await readFile(settledPathOf(path), 'utf8').catch(() => '');
  const settled = new Set(noted.split('\n').flatMap(linesOf));
  for (const line of settled) if (line >= lines) settled.delete(line);
  return segmentOf(path, { bytes, lines, settled });
}

/** A line of a segment; null where it is no text of an event. */
export interface Found {
  readonly line: number;
  readonly json: string;
  readonly bytes: number;
}

/** Reads on, for as long as `take` takes what is found. */
export function readOn(segment: Segment, take: (found: Found) => boolean): void {
  const file = openSync(segment.path, 'r');
  try {
    const most = Math.min(READ_BYTES, segment.bytes - segment.readBytes);
    const chunk = Buffer.allocUnsafe(most);
    const size = readSync(file, chunk, 0, most, segment.readBytes);
    let from = 0;
    for (let at = chunk.indexOf(NEW_LINE); at !== -1; at = chunk.indexOf(NEW_LINE, from)) {
      if (at >= size) break;
      const line = segment.readLines;
      if (!segment.settled.has(line)) {
        const json = chunk.toString('utf8', from, at);
        if (!take({ line, json, bytes: at - from })) return;
        segment.unread -= 1;
      }
      segment.readLines += 1;
      segment.readBytes += at + 1 - from;
      from = at + 1;
    }
    if (from === 0) throw new Error('it ends early, or has a line without an end');
  } finally {
    closeSync(file);
  }
}

/** Notes that lines are settled. Where that fails they are sent again, and count once all the same. */
export function noteSettled({ path }: Segment, lines: readonly number[]): void {
  let noted = '';
  let [first = 0] = lines;
  lines.forEach((line, index) => {
    const next = lines[index + 1];
    if (next === line + 1) return;
    noted += `${first}-${line}\n`;
    first = next ?? 0;
  });
  try {
    appendFileSync(settledPathOf(path), noted, { mode: 0o600 });
  } catch {}
}

/** Deletes it; the events first, for a note of lines that are not there does no harm. */
export function deleteSegment(segment: Segment): void {
  segment.isGone = true;
  for (const path of [segment.path, settledPathOf(segment.path)]) {
    try {
      unlinkSync(path);
    } catch {}
  }
}

const segmentOf = (
  path: string,
  { bytes, lines, settled }: Pick<Segment, 'bytes' | 'lines' | 'settled'>,
): Segment => ({
  path,
  bytes,
  lines,
  left: lines - settled.size,
  readBytes: 0,
  readLines: 0,
  unread: lines - settled.size,
  settled,
  isGone: false,
});

/** The lines of `12-111`; none of what was torn. */
function linesOf(range: string): number[] {
  const [, first = '', last = ''] = /^(\d{1,9})-(\d{1,9})$/.exec(range) ?? [];
  if (first === '' || Number(last) - Number(first) > 10_000_000) return [];
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, nth) => Number(first) + nth);
}
