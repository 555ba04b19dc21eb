/** Longer texts are seldom seen twice, and would fill the memory. */
const MOST_CHARACTERS = 300;

/** Remembers what was found for the texts of late, `most` at once; then it forgets them all. For texts from strangers. */
export function remember<T>(most: number, find: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const held = known.get(text);
    if (held !== undefined) return held;
    const found = find(text);
    if (text.length > MOST_CHARACTERS) return found;
    if (known.size >= most) known.clear();
    // A copy: a part of a text keeps the whole of it in memory.
    known.set(` ${text}`.slice(1), found);
    return found;
  };
}
