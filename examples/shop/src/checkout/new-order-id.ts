// Without 0, O, 1, I and L, so that it can be read out over a telephone.
const LETTERS = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

/** An order's number, such as `SH-7Q2M4K`. */
export function newOrderId(): string {
  const random = crypto.getRandomValues(new Uint32Array(6));
  return `SH-${Array.from(random, (value) => LETTERS[value % LETTERS.length]).join('')}`;
}
