import { crc32 } from 'node:zlib';
import type { Topic, TopicRecords } from '@px-platform/protocol';
import type { LogRecord } from './port.js';

/** The records of one append, as they were given. */
export interface SpooledAppend<T extends Topic = Topic> {
  readonly topic: T;
  readonly records: readonly { readonly key: string; readonly value: TopicRecords[T] }[];
}

/** An append on the disk, not parsed yet. */
export interface Frame {
  readonly payload: Buffer;
  readonly records: number;
}

/** What a segment held. */
export interface SegmentContents {
  /** Those whose checksums fit, in the order in which they were written. */
  readonly frames: readonly Frame[];
  /** Places that cannot be read any more: something that was answered may have stood there. */
  readonly damaged: number;
  /** Bytes at the end that are the beginning of a frame: a write was cut off, and nobody was told that it was good. */
  readonly tornBytes: number;
}

/** No UTF-8 text has the byte 0xff, so that no payload can be taken for a header. */
const MAGIC = Buffer.from([0xff, 0x50, 0x58, 0x01]);
/** Magic, payload bytes, records, CRC-32 of the payload, CRC-32 of all before: 32 bits each, little-endian. */
const HEADER_BYTES = 20;

/** An append as a frame: it is read back whole, or not at all. */
export function encodeFrame<T extends Topic>(topic: T, records: readonly LogRecord<T>[]): Buffer {
  const payload = Buffer.from(JSON.stringify({ topic, records }));
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  MAGIC.copy(frame);
  frame.writeUInt32LE(payload.length, 4);
  frame.writeUInt32LE(records.length, 8);
  frame.writeUInt32LE(crc32(payload), 12);
  frame.writeUInt32LE(crc32(frame.subarray(0, 16)), 16);
  payload.copy(frame, HEADER_BYTES);
  return frame;
}

/** Reads every frame that is whole, those behind a damaged place too. Never throws: what cannot be read is counted. */
export function readFrames(bytes: Buffer): SegmentContents {
  const frames: Frame[] = [];
  let damaged = 0;
  let at = 0;
  while (at < bytes.length) {
    const header = headerAt(bytes, at);
    const end = header && header.end <= bytes.length ? header.end : null;
    if (header && end !== null) {
      const payload = bytes.subarray(at + HEADER_BYTES, end);
      if (crc32(payload) === header.checksum) {
        frames.push({ payload, records: header.records });
        at = end;
        continue;
      }
    }
    const next = nextHeader(bytes, at + 1);
    if (end === null && next < 0 && isCutOff(bytes.subarray(at), header !== null)) break;
    damaged += 1;
    // Where bytes are gone the next frame stands before this one's end.
    at = Math.min(end ?? bytes.length, next < 0 ? bytes.length : next);
  }
  return { frames, damaged, tornBytes: bytes.length - at };
}

/** How many records the whole frames say that they hold, without a look at these. */
export function countRecords(bytes: Buffer): number {
  let records = 0;
  for (let at = 0; at >= 0 && at < bytes.length;) {
    const header = headerAt(bytes, at);
    const isWhole = header !== null && header.end <= bytes.length;
    if (isWhole) records += header.records;
    at = isWhole ? header.end : nextHeader(bytes, at + 1);
  }
  return records;
}

/** Null where it is whole, and yet not of ours. */
export function parseFrame({ payload }: Frame): SpooledAppend | null {
  try {
    const value = JSON.parse(payload.toString()) as Partial<SpooledAppend> | null;
    return typeof value?.topic === 'string' && Array.isArray(value.records)
      ? (value as SpooledAppend)
      : null;
  } catch {
    return null;
  }
}

function headerAt(bytes: Buffer, at: number) {
  if (at + HEADER_BYTES > bytes.length) return null;
  const header = bytes.subarray(at, at + HEADER_BYTES);
  if (!header.subarray(0, 4).equals(MAGIC)) return null;
  if (crc32(header.subarray(0, 16)) !== header.readUInt32LE(16)) return null;
  return {
    end: at + HEADER_BYTES + header.readUInt32LE(4),
    records: header.readUInt32LE(8),
    checksum: header.readUInt32LE(12),
  };
}

/** Where the next header begins; -1 where none does. */
function nextHeader(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(MAGIC, from);
  while (at >= 0 && !headerAt(bytes, at)) at = bytes.indexOf(MAGIC, at + 1);
  return at;
}

/** Whether a process that dies in mid-write leaves this: the start of a frame, or zeros that a file system put there. */
function isCutOff(tail: Buffer, hasHeader: boolean): boolean {
  if (hasHeader) return true;
  if (tail.every((byte) => byte === 0)) return true;
  const begun = Math.min(tail.length, MAGIC.length);
  return tail.length < HEADER_BYTES && tail.subarray(0, begun).equals(MAGIC.subarray(0, begun));
}
