type Params = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * A path with the names of its parameters in place of their values: `/users/42` with `{ id: '42' }` is `/users/:id`, and what
 * takes many segments is `:slug*`. Next.js does not tell the pattern itself: of equal segments the last is taken for the
 * parameter, which is where they mostly stand.
 */
export function routePattern(pathname: string, params: Params | null): string {
  const segments = pathname.split('/').filter(Boolean);
  let end = segments.length;
  for (const [name, value] of Object.entries(params ?? {}).reverse()) {
    const values = [value ?? []].flat();
    const start = findLast(segments, values, end);
    if (start < 0) continue;
    segments.splice(start, values.length, Array.isArray(value) ? `:${name}*` : `:${name}`);
    end = start;
  }
  return `/${segments.join('/')}`;
}

/** Where they stand one after the other, before `end`. */
function findLast(segments: readonly string[], values: readonly string[], end: number): number {
  if (values.length === 0) return -1;
  for (let start = end - values.length; start >= 0; start -= 1)
    if (values.every((value, index) => isSame(segments[start + index], value))) return start;
  return -1;
}

/** Next.js hands parameters over as they are in the address, or decoded, by its version. */
function isSame(segment: string | undefined, value: string): boolean {
  return segment === value || segment === encodeURIComponent(value);
}
