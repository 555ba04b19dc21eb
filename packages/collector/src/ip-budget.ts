import ipaddr from 'ipaddr.js';

export interface IpBudgetOptions {
  /** Points an address regains in a minute, and how many it can spend at once. */
  readonly perMinute: number;
  /** Milliseconds that never go back. @default performance.now */
  readonly elapsed?: () => number;
  /** Addresses remembered at once: those heard of least lately are forgotten first. @default 50_000 */
  readonly capacity?: number;
}

/** What each address may still ask, in this process alone and in bounded memory. */
export interface IpBudget {
  /** Spends one point. Resolves to null, or to the milliseconds until there is one again. */
  take(ip: string): number | null;
  /** Spends so many more, whether or not they are there; negative ones are given back. */
  charge(ip: string, points: number): void;
}

const MINUTE_MS = 60_000;

/** Nobody's own: behind one of these stands a proxy, a cluster or this machine, and with it any number of senders. */
const SHARED_RANGES: ReadonlySet<string> = new Set([
  'loopback',
  'private',
  'uniqueLocal',
  'linkLocal',
  'carrierGradeNat',
  'unspecified',
]);

/**
 * Creates the budget: the generic cell rate algorithm (ITU-T I.371), which keeps one number an address. IPv6 is
 * counted by /64, for that is what one line is given.
 */
export function createIpBudget({
  perMinute,
  elapsed = () => performance.now(),
  capacity = 50_000,
}: IpBudgetOptions): IpBudget {
  const pointMs = MINUTE_MS / perMinute;
  /** By network, when all of its budget would be there again. */
  const fullAt = new Map<string, number>();

  const spend = (network: string, from: number, points: number) => {
    fullAt.delete(network);
    fullAt.set(network, from + points * pointMs);
    if (fullAt.size > capacity) fullAt.delete(fullAt.keys().next().value as string);
  };

  return {
    take(ip) {
      const network = networkOf(ip);
      if (network === null) return null;
      const now = elapsed();
      const from = Math.max(now, fullAt.get(network) ?? now);
      const waitMs = from + pointMs - now - MINUTE_MS;
      // A point regained is a sum of fractions.
      if (waitMs > 1e-6) return waitMs;
      spend(network, from, 1);
      return null;
    },
    charge(ip, points) {
      const network = networkOf(ip);
      if (network === null) return;
      const now = elapsed();
      spend(network, Math.max(now, fullAt.get(network) ?? now), points);
    },
  };
}

/** Null for what is shared by many, or is no address. */
function networkOf(ip: string): string | null {
  if (!ipaddr.isValid(ip)) return null;
  const address = ipaddr.process(ip);
  if (SHARED_RANGES.has(address.range())) return null;
  return address instanceof ipaddr.IPv6
    ? address.parts.slice(0, 4).join(':')
    : address.toNormalizedString();
}
