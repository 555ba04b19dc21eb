import type { CriticalEntry } from '@px-platform/protocol';
import {
  liveStream,
  resolvePerson,
  type Catalog,
  type ClaimedRequest,
  type PeopleTables,
  type PrivacyScope,
  type PrivacyStore,
  type ProfileStore,
  type ServerLog,
  type Streams,
} from '@px-platform/store';
import { CRITICAL_STREAM } from '../critical/critical-feed.js';
import { STALE_MS } from './erased-people.js';

export interface EraserDeps {
  readonly requests: Pick<PrivacyStore, 'claim' | 'forget' | 'swept' | 'finish' | 'putOff'>;
  readonly eventStore: Pick<PeopleTables, 'samePerson' | 'idsOf' | 'storedEvents' | 'erase'>;
  readonly profiles: Pick<ProfileStore, 'erase'>;
  /** Where the secret is that ids were hashed with. @default none: ids stand everywhere as they were sent */
  readonly catalog?: Pick<Catalog, 'privacyPolicy'>;
  readonly streams: Pick<Streams, 'entries' | 'drop'>;
  readonly log: ServerLog;
  /**
   * How long after the first deletion the second one comes, milliseconds: longer than a batch that did not know of it can
   * have been under way. @default 120_000
   */
  readonly settleMs?: number;
}

/** Forgets the next person that somebody asked to be forgotten. False where there is nobody to forget now. */
export type EraseNext = () => Promise<boolean>;

const LEASE_MS = 10 * 60_000;
const RETRY_MS = 60_000;

/**
 * A person is forgotten in two sweeps. The first says that what they did until now is not to be stored again, then
 * deletes all there is. The second deletes what was under way meanwhile, and finishes (docs/adr/0021).
 */
export function createEraser({
  requests,
  eventStore,
  profiles,
  catalog,
  streams,
  log,
  settleMs = STALE_MS * 4,
}: EraserDeps): EraseNext {
  return async () => {
    const request = await requests.claim(LEASE_MS);
    if (!request) return false;
    try {
      await sweep(request);
    } catch (error) {
      log.error(
        { err: error, request: request.id },
        'a person could not be forgotten; trying again',
      );
      await requests.putOff(request.id, { error: (error as Error).message, waitMs: RETRY_MS });
    }
    return true;
  };

  async function sweep(request: ClaimedRequest): Promise<void> {
    const { id, tenant_id, project_id, subject } = request;
    const scope = { tenant_id, project_id };
    const found = await resolvePerson({ eventStore, catalog }, scope, subject);
    // Links and events that an earlier attempt deleted tell nothing any more: what they told is in the request.
    const user_ids = [...new Set([...found.user_ids, ...request.user_ids])];
    const ids = [...new Set([...found.ids, ...request.ids])];
    const person = { ...found, user_ids, ids };
    // By the second sweep, too: it takes away the numbers of those who came back meanwhile, and deletes devices that
    // turned out to be theirs.
    await requests.forget(request, person);
    const deleted = {
      ...(await eventStore.erase(person)),
      profiles: await profiles.erase(project_id, user_ids),
    };
    // The live page's last entries are few, and whose they are is not told: it begins anew.
    await streams.drop(liveStream(project_id));
    await dropCritical(scope);
    const report = add(request.report ?? {}, deleted);
    // Of a device that turned out to be theirs meanwhile more may be under way now: for it this was the first sweep.
    const isKnown = user_ids.every((each) => request.user_ids.includes(each));
    if (request.swept_at === null || !isKnown) {
      await requests.swept(id, { user_ids, report, waitMs: settleMs });
      return;
    }
    await requests.finish(id, { user_ids, report });
    log.info({ request: id, ...report }, 'a person was forgotten');
  }

  /** Entries name no people, but events and sessions: those go whose events are gone. */
  async function dropCritical({ tenant_id, project_id }: PrivacyScope): Promise<void> {
    const entries = (await streams.entries<CriticalEntry>(CRITICAL_STREAM)).filter(
      ({ value }) => value.tenant_id === tenant_id && value.project_id === project_id,
    );
    if (entries.length === 0) return;
    const stored = await eventStore.storedEvents(
      { tenant_id, project_id },
      {
        ids: [...new Set(entries.map(({ value }) => value.event_id))],
        names: [...new Set(entries.map(({ value }) => value.event))],
      },
    );
    const left = new Set(stored);
    await streams.drop(
      CRITICAL_STREAM,
      entries.filter(({ value }) => !left.has(value.event_id)).map(({ id }) => id),
    );
  }
}

function add(
  before: Readonly<Record<string, number>>,
  more: Readonly<Record<string, number>>,
): Record<string, number> {
  const sum = { ...before };
  for (const [part, rows] of Object.entries(more)) sum[part] = (sum[part] ?? 0) + rows;
  return sum;
}
