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
  let counts = new Map<string, number>();
  let over = new Set<string>();
  let namesBefore = 0;

  const turn = (now: number) => {
    const isNext = now === minute + 1;
    over = new Set(
      isNext ? [...counts].flatMap(([name, n]) => (n > mostPerMinute ? name : [])) : [],
    );
    namesBefore = isNext ? counts.size : 0;
    counts = new Map();
    minute = now;
  };

  return {
    add(name) {
      const now = Math.floor(clock() / MINUTE_MS);
      if (now !== minute) turn(now);
      const count = (counts.get(name) ?? 0) + 1;
      if (counts.size >= MOST_NAMES && count === 1)
        counts = new Map([...counts].filter(([, n]) => n > LITTLE));
      counts.set(name, count);
      if (over.has(name) || count > mostPerMinute + 1) return 'over';
      return count > mostPerMinute ? 'begins' : 'fair';
    },
    names: () => Math.max(counts.size, namesBefore),
  };
}
