/** Items by key, in order. `Map.groupBy`, which Node has from 21 on. */
export function gather<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const gathered = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const list = gathered.get(key);
    if (list === undefined) gathered.set(key, [item]);
    else list.push(item);
  }
  return gathered;
}
