import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleRecord } from '../contract/samples.js';
import { countRecords, encodeFrame, parseFrame, readFrames } from './spool-frames.js';

const RUNS = { numRuns: 200 };

/** Appends of some records each, with texts that try to look like a frame's own bytes. */
const appends = fc.array(
  fc.record({
    count: fc.integer({ min: 1, max: 4 }),
    text: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\u00ffPX\u0001', '\0\0\0\0')),
  }),
  { minLength: 1, maxLength: 12 },
);

function segmentOf(given: readonly { readonly count: number; readonly text: string }[]) {
  let number = 0;
  const frames = given.map(({ count, text }) =>
    encodeFrame(
      'events_raw',
      Array.from({ length: count }, () => {
        const { key, value } = sampleRecord(number++);
        return { key: key + text, value: { ...value, user_agent: text } };
      }),
    ),
  );
  const ends = frames.map((_, index) => Buffer.concat(frames.slice(0, index + 1)).length);
  return { bytes: Buffer.concat(frames), frames, ends };
}

const payloadsOf = (bytes: Buffer) =>
  readFrames(bytes).frames.map(({ payload }) => payload.toString('latin1'));
/** Behind the header. */
const payloadIn = (frame: Buffer) => frame.subarray(20).toString('latin1');

describe('a segment of the spool', () => {
  it('gives back each append as it was', () => {
    fc.assert(
      fc.property(appends, (given) => {
        const { bytes, frames } = segmentOf(given);
        const read = readFrames(bytes);
        expect(read).toMatchObject({ damaged: 0, tornBytes: 0 });
        expect(payloadsOf(bytes)).toEqual(frames.map(payloadIn));
        expect(read.frames.map((frame) => parseFrame(frame)?.records.length)).toEqual(
          given.map(({ count }) => count),
        );
        expect(countRecords(bytes)).toBe(given.reduce((sum, { count }) => sum + count, 0));
      }),
      RUNS,
    );
  });

  it('cut off anywhere, has every append before the cut, and no damage', () => {
    fc.assert(
      fc.property(appends, fc.nat(), fc.nat({ max: 5_000 }), (given, place, zeros) => {
        const { bytes, frames, ends } = segmentOf(given);
        const cut = place % (bytes.length + 1);
        const whole = ends.filter((end) => end <= cut).length;
        const kept = bytes.subarray(0, cut);
        const read = readFrames(kept);
        expect(payloadsOf(kept)).toEqual(frames.slice(0, whole).map(payloadIn));
        expect(read.damaged).toBe(0);
        expect(read.tornBytes).toBe(cut - (ends[whole - 1] ?? 0));
        // A file system may have put zeros behind a whole frame.
        const padded = Buffer.concat([bytes, Buffer.alloc(zeros)]);
        expect(readFrames(padded)).toMatchObject({ damaged: 0, tornBytes: zeros });
        expect(payloadsOf(padded)).toEqual(frames.map(payloadIn));
      }),
      RUNS,
    );
  });

  it('with one byte changed anywhere, lacks that append only, and says that something is missing', () => {
    fc.assert(
      fc.property(appends, fc.nat(), fc.integer({ min: 1, max: 255 }), (given, place, change) => {
        const { bytes, frames, ends } = segmentOf(given);
        const at = place % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ change;
        const hit = ends.findIndex((end) => at < end);
        const read = readFrames(bytes);
        expect(payloadsOf(bytes)).toEqual(
          frames.filter((_, index) => index !== hit).map(payloadIn),
        );
        expect(read).toMatchObject({ damaged: 1, tornBytes: 0 });
      }),
      RUNS,
    );
  });

  it('with a stretch overwritten or gone, has every append that was not touched', () => {
    fc.assert(
      fc.property(
        appends,
        fc.nat(),
        fc.uint8Array({ minLength: 1, maxLength: 400 }),
        fc.boolean(),
        (given, place, junk, isGone) => {
          const { bytes, frames, ends } = segmentOf(given);
          const from = place % bytes.length;
          const to = Math.min(bytes.length, from + junk.length);
          const changed = Buffer.concat([
            bytes.subarray(0, from),
            isGone ? Buffer.alloc(0) : junk.subarray(0, to - from),
            bytes.subarray(to),
          ]);
          const untouched = frames.filter((frame, index) => {
            const end = ends[index] ?? 0;
            return end <= from || end - frame.length >= to;
          });
          const read = payloadsOf(changed);
          for (const frame of untouched) expect(read).toContain(payloadIn(frame));
        },
      ),
      RUNS,
    );
  });

  it('takes any bytes at all without a word', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3_000 }), (junk) => {
        expect(readFrames(Buffer.from(junk)).frames).toEqual([]);
        expect(countRecords(Buffer.from(junk))).toBe(0);
      }),
      RUNS,
    );
  });
});
