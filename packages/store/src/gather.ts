/** Items by key, in order. */
export function gather<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const gathered = new Map<string, T[]>();
  for (const item of items) {
    const list = gathered.get(keyOf(item));
    if (list === undefined) gathered.set(keyOf(item), [item]);
    else list.push(item);
  }
  return gathered;
}
