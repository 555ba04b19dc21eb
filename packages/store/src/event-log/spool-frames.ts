import { crc32 } from 'node:zlib';
import type { Topic, TopicRecords } from '@px-platform/protocol';
import type { LogRecord } from './port.js';

/** The records of one append, as they were given. */
export interface SpooledAppend<T extends Topic = Topic> {
  readonly topic: T;
  readonly records: readonly { readonly key: string; readonly value: TopicRecords[T] }[];
}

/** What a segment held. */
export interface SegmentContents {
  readonly appends: readonly SpooledAppend[];
  /** Frames whose checksum does not fit: a disk has changed them. */
  readonly damaged: number;
  /** Bytes at the end that are no whole frame: a write was cut off, and nobody was told that it was good. */
  readonly tornBytes: number;
}

/** Payload bytes, its CRC-32, and how many records: 32 bits each, little-endian. */
const HEADER_BYTES = 12;

/** An append as a frame: it is read back whole, or not at all. */
export function encodeFrame<T extends Topic>(topic: T, records: readonly LogRecord<T>[]): Buffer {
  const payload = Buffer.from(JSON.stringify({ topic, records }));
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  frame.writeUInt32LE(payload.length, 0);
  frame.writeUInt32LE(crc32(payload), 4);
  frame.writeUInt32LE(records.length, 8);
  payload.copy(frame, HEADER_BYTES);
  return frame;
}

/** Reads frames up to the first that is not whole. Never throws: what cannot be read is counted. */
export function decodeFrames(bytes: Buffer): SegmentContents {
  const appends: SpooledAppend[] = [];
  let damaged = 0;
  const end = walk(bytes, (payload, checksum) => {
    const append = crc32(payload) === checksum ? parse(payload) : null;
    if (append) appends.push(append);
    else damaged += 1;
  });
  return { appends, damaged, tornBytes: bytes.length - end };
}

/** How many records the whole frames claim to hold, without reading them. */
export function countRecords(bytes: Buffer): number {
  let records = 0;
  walk(bytes, (_payload, _checksum, count) => (records += count));
  return records;
}

/** Visits each frame that is whole by its length; returns where the last of them ends. */
function walk(
  bytes: Buffer,
  visit: (payload: Buffer, checksum: number, records: number) => void,
): number {
  let at = 0;
  while (at + HEADER_BYTES <= bytes.length) {
    const length = bytes.readUInt32LE(at);
    const end = at + HEADER_BYTES + length;
    // A file system may show a tail of zeros that was never written.
    if (length === 0 || end > bytes.length) break;
    visit(
      bytes.subarray(at + HEADER_BYTES, end),
      bytes.readUInt32LE(at + 4),
      bytes.readUInt32LE(at + 8),
    );
    at = end;
  }
  return at;
}

function parse(payload: Buffer): SpooledAppend | null {
  try {
    return JSON.parse(payload.toString()) as SpooledAppend;
  } catch {
    return null;
  }
}
