import type { Clock } from './platform.js';

const COUNTER_MAX = 0xfff;

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
  return () => {
    const bytes = randomBytes(10);
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
    const tail = Array.from(bytes.subarray(3), (value) => hex(value, 2))
      .join('')
      .slice(0, 14);
    const variant = hex(0x80 | (byte(bytes, 2) & 0x3f), 2);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(counter, 3)}-${variant}${tail.slice(0, 2)}-${tail.slice(2)}`;
  };
}

const byte = (bytes: Uint8Array, index: number) => bytes[index] ?? 0;
const hex = (value: number, length: number) => value.toString(16).padStart(length, '0');
