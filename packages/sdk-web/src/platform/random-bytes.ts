/** Random bytes; from `Math.random` only where the page has no `crypto`, which still tells ids apart. */
export function randomBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  if (typeof crypto !== 'undefined') return crypto.getRandomValues(bytes);
  return bytes.map(() => Math.random() * 256);
}
