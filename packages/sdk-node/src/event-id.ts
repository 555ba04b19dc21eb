import type { Clock } from '@px-platform/sdk-core';

const COUNTER_MAX = 0xfff;
/** Asking for random bytes costs more than reading them. */
const DRAWN_BYTES = 4_096;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * Creates a maker of UUIDv7s (RFC 9562) that strictly increase, as the page's does: within a millisecond, and when the clock steps back, `rand_a`
 * counts. Of `rand_b` a process has half once for all and draws half for each: a server makes so many ids in a batch that what repeats is worth a tenth of
 * its bytes once zipped, and the drawing a tenth of its time.
 */
export function createEventIds({
  clock,
  randomBytes,
}: {
  readonly clock: Pick<Clock, 'now'>;
  readonly randomBytes: (length: number) => Uint8Array;
}): () => string {
  const own = randomBytes(4);
  const byte = (bytes: Uint8Array, index: number) => HEX[bytes[index] ?? 0] ?? '';
  const variant = HEX[0x80 | ((own[0] ?? 0) & 0x3f)] ?? '';
  const ownHalf = `${variant}${byte(own, 1)}-${byte(own, 2)}${byte(own, 3)}`;
  let lastMs = -1;
  let counter = 0;
  let time = '';
  let drawn: Uint8Array = new Uint8Array(0);
  let at = 0;
  const draw = (): number => {
    if (at >= drawn.length) {
      drawn = randomBytes(DRAWN_BYTES);
      at = 0;
    }
    return drawn[at++] ?? 0;
  };

  return () => {
    const now = Math.floor(clock.now());
    if (now > lastMs) {
      begin(now);
      // The top bit starts at 0, leaving at least 2,048 ids before the millisecond is borrowed.
      counter = draw() * 8 + (draw() & 7);
    } else if (++counter > COUNTER_MAX) {
      begin(lastMs + 1);
      counter = 0;
    }
    const count = `${HEX[counter >> 8]?.[1]}${HEX[counter & 0xff]}`;
    return `${time}-7${count}-${ownHalf}${HEX[draw()]}${HEX[draw()]}${HEX[draw()]}${HEX[draw()]}`;
  };

  function begin(ms: number) {
    lastMs = ms;
    const hex = ms.toString(16).padStart(12, '0');
    time = `${hex.slice(0, 8)}-${hex.slice(8)}`;
  }
}
