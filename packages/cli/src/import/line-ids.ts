import { createHash } from 'node:crypto';

/** How far back a line that stands there again is known. A log's equal lines are of one second. */
const WINDOW = 65_536;

/**
 * Creates what gives each line of a file an id of its own, to be asked for every line in order. It is made of the
 * line's text, and of how many equal lines stood shortly before it: two hits within a second are two events, and
 * a file that has grown, was cut or has another name gives the same ids again.
 */
export function createLineIds(): (line: string) => string {
  const seen = new Map<string, number>();
  return (line) => {
    const digest = createHash('sha1').update(line).digest('binary');
    const times = seen.get(digest) ?? 0;
    seen.delete(digest);
    seen.set(digest, times + 1);
    if (seen.size > WINDOW) seen.delete(seen.keys().next().value ?? '');
    return uuid(
      createHash('sha1').update('px-import\n').update(digest, 'binary').update(String(times)),
    );
  };
}

/** An id made of another product's, of which this is the kind. */
export function idFrom(kind: string, id: string): string {
  return uuid(createHash('sha1').update(`px-import\n${kind}\n${id.toWellFormed()}`));
}

/** UUIDv8 (RFC 9562): of a form that everybody takes, and of bits that are ours. */
function uuid(hash: ReturnType<typeof createHash>): string {
  const bytes = hash.digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}
