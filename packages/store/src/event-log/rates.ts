/** Who brings how much, by the minute. */
export interface Rates {
  /** Counts one more. `begins`: with this one it is more than its share; `over`: it was before, or in the minute before. */
  add(name: string): 'fair' | 'begins' | 'over';
  /** How many have brought anything in this minute, or in the one before. */
  names(): number;
}

const MINUTE_MS = 60_000;
/** Names counted at once; beyond it those are forgotten that have brought little. */
const MOST_NAMES = 10_000;
const LITTLE = 100;

/** Counts in bounded memory: of whoever is forgotten little is missing. */
export function createRates({
  mostPerMinute,
  clock,
}: {
  readonly mostPerMinute: number;
  readonly clock: () => number;
}): Rates {
  let minute = 0;
  let counts = new Map<string, { records: number }>();
  let over = new Set<string>();
  let namesBefore = 0;

  const turn = (now: number) => {
    const isNext = now === minute + 1;
    const much = [...counts].filter(([, { records }]) => records > mostPerMinute);
    over = new Set(isNext ? much.map(([name]) => name) : []);
    namesBefore = isNext ? counts.size : 0;
    counts = new Map();
    minute = now;
  };
  const begin = (name: string) => {
    if (counts.size >= MOST_NAMES)
      counts = new Map([...counts].filter(([, { records }]) => records > LITTLE));
    const count = { records: 0 };
    counts.set(name, count);
    return count;
  };

  return {
    add(name) {
      const now = Math.floor(clock() / MINUTE_MS);
      if (now !== minute) turn(now);
      const count = counts.get(name) ?? begin(name);
      count.records += 1;
      if ((over.size > 0 && over.has(name)) || count.records > mostPerMinute + 1) return 'over';
      return count.records > mostPerMinute ? 'begins' : 'fair';
    },
    names: () => Math.max(counts.size, namesBefore),
  };
}
