import QuickLRU from 'quick-lru';
import type { CriticalEntry, PxEvent } from '@px-platform/protocol';
import type { Counters, ServerLog, Streams } from '@px-platform/store';
import { plainName } from '../event-kinds.js';
import type { CriticalCandidate, CriticalRule, Finding } from './rule.js';

/** The stream that tells of sign-ups, payments, bursts of errors and rage, of all projects. */
export const CRITICAL_STREAM = 'events:critical';

/** Entries that it remembers. */
const REMEMBERED = 10_000;
/** An event is told of once within this time, however often it is read. One that is older is history, not news. */
const ONCE_WITHIN_MS = 24 * 3_600_000;
const NONE: readonly CriticalRule[] = [];
/** Being told of at once: beyond it the servers are plainly behind, and more would only wait in memory. */
const MOST_UNDER_WAY = 1_000;

/** Tells of what somebody may want to know at once. Nobody waits for it, and its failures are counted and cost nothing. */
export interface CriticalFeed {
  /** Of events that are stored now. */
  stored(events: readonly CriticalCandidate[]): void;
  /** Of events that were stored before: their entries may have been lost to a kill. */
  again(events: readonly CriticalCandidate[]): void;
  /** Resolves once nothing is under way. */
  settled(): Promise<void>;
}

export interface CriticalFeedDeps {
  readonly rules: readonly CriticalRule[];
  readonly streams: Pick<Streams, 'publish'>;
  readonly counters: Pick<Counters, 'add'>;
  /** Told how many entries were not published. */
  readonly onLoss: (entries: number) => void;
  readonly clock: () => number;
  readonly log: ServerLog;
}

export function createCriticalFeed({
  rules,
  streams,
  counters,
  onLoss,
  clock,
  log,
}: CriticalFeedDeps): CriticalFeed {
  const rulesOf = new Map<string, CriticalRule[]>();
  for (const rule of rules)
    for (const name of rule.events) rulesOf.set(name, [...(rulesOf.get(name) ?? []), rule]);
  const plainNames = new QuickLRU<string, string>({ maxSize: 10_000 });
  const rulesFor = ({ event }: PxEvent): readonly CriticalRule[] => {
    let name = plainNames.get(event);
    if (name === undefined) plainNames.set(event, (name = plainName(event)));
    return rulesOf.get(name) ?? NONE;
  };
  const underWay = new Set<Promise<void>>();

  const look = (event: CriticalCandidate, isAgain: boolean): void => {
    if (clock() - event.timestamp > ONCE_WITHIN_MS) return;
    for (const rule of rulesFor(event.event)) {
      if (underWay.size >= MOST_UNDER_WAY) {
        onLoss(1);
        continue;
      }
      const work = tell(rule, event, isAgain).catch((error: unknown) => {
        onLoss(1);
        log.warn({ err: error, rule: rule.name }, 'a critical event was not told of');
      });
      underWay.add(work);
      void work.then(() => underWay.delete(work));
    }
  };

  async function tell(rule: CriticalRule, event: CriticalCandidate, isAgain: boolean) {
    const finding = await rule.find(event, { counters, clock, isAgain });
    if (finding === null) return;
    const once = finding.once ?? {
      id: `${event.project_id}:${event.event.event_id}`,
      withinMs: ONCE_WITHIN_MS,
    };
    const outcome = await streams.publish(CRITICAL_STREAM, entryOf(rule, event, finding), {
      remember: REMEMBERED,
      once: { id: `${rule.name}:${once.id}`, withinMs: once.withinMs },
    });
    if (outcome === 'lost') onLoss(1);
  }

  return {
    stored(events) {
      for (const event of events) look(event, false);
    },
    again(events) {
      for (const event of events) look(event, true);
    },
    async settled() {
      await Promise.all(underWay);
    },
  };
}

function entryOf(
  rule: CriticalRule,
  { tenant_id, project_id, event, timestamp, enrichment }: CriticalCandidate,
  { detail }: Finding,
): CriticalEntry {
  return {
    rule: rule.name,
    tenant_id,
    project_id,
    event_id: event.event_id,
    event: event.event,
    session_id: event.session_id ?? null,
    timestamp,
    page: enrichment.page_template,
    detail,
  };
}
