import type { Clock } from './platform.js';

const COUNTER_MAX = 0xfff;
const ID_BYTES = 10;
/** Asking for random bytes costs more than reading them. */
const IDS_A_DRAW = 64;

/**
 * Creates a maker of UUIDv7s (RFC 9562) that strictly increase: within a millisecond, and when the
 * clock steps back, `rand_a` counts (method 1 of section 6.2) on the last time used.
 */
export function createUuidv7({
  clock,
  randomBytes,
}: {
  readonly clock: Pick<Clock, 'now'>;
  readonly randomBytes: (length: number) => Uint8Array;
}): () => string {
  let lastMs = -1;
  let counter = 0;
  let drawn: Uint8Array = new Uint8Array(0);
  return () => {
    if (drawn.length === 0) drawn = randomBytes(ID_BYTES * IDS_A_DRAW);
    const bytes = drawn.subarray(0, ID_BYTES);
    drawn = drawn.subarray(ID_BYTES);
    const now = clock.now();
    if (now > lastMs) {
      lastMs = now;
      // The top bit starts at 0, leaving at least 2,048 ids before the millisecond is borrowed.
      counter = byte(bytes, 0) * 8 + (byte(bytes, 1) & 7);
    } else if (++counter > COUNTER_MAX) {
      lastMs += 1;
      counter = 0;
    }
    const time = hex(Math.floor(lastMs), 12);
    let tail = '';
    for (const value of bytes.subarray(3)) tail += hex(value, 2);
    const variant = hex(0x80 | (byte(bytes, 2) & 0x3f), 2);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(counter, 3)}-${variant}${tail.slice(0, 2)}-${tail.slice(2)}`;
  };
}

const byte = (bytes: Uint8Array, index: number) => bytes[index] ?? 0;
const hex = (value: number, length: number) => value.toString(16).padStart(length, '0');
