import type {
  Disposer,
  EnvironmentScope,
  FlagPublications,
  PublicationNotice,
  ServerLog,
} from '@px-platform/store';
import { RequestError } from '../errors.js';
import type { FlagMetrics } from './flag-metrics.js';
import { serveDocument, type ServedDocument } from './served-document.js';

export interface FlagDocumentsDeps {
  readonly publications: FlagPublications;
  readonly clock: () => number;
  readonly log: ServerLog;
  readonly metrics: Pick<FlagMetrics, 'countReadError' | 'setListening'>;
  /** How often revisions are asked for while nobody tells of publications, milliseconds. @default 5_000 */
  readonly pollMs?: number;
  /** One that nobody asks for any more is forgotten after this, milliseconds. @default 3_600_000 */
  readonly idleMs?: number;
  /** Documents remembered at once; those with open streams are kept. @default 5_000 */
  readonly capacity?: number;
}

/** What is published, remembered: kept up with while it changes, and served on while the catalog is away. */
export interface FlagDocuments {
  find(scope: EnvironmentScope): Promise<ServedDocument>;
  /** Told of each publication from now on. */
  watch(scope: EnvironmentScope, onChange: (served: ServedDocument) => void): Disposer;
  size(): number;
  close(): Promise<void>;
}

interface Entry {
  readonly scope: EnvironmentScope;
  readonly watchers: Set<(served: ServedDocument) => void>;
  served: ServedDocument | null;
  loading: Promise<void> | null;
  /** Counts the reasons to read anew: one that comes while it is being read makes it be read again. */
  asked: number;
  usedAt: number;
}

/** While publications are told at once, revisions are asked for this much less often: a notice may be lost all the same. */
const LISTENING_POLLS = 6;
/** Revisions asked for in one query. */
const POLLED_AT_ONCE = 1_000;

export async function createFlagDocuments({
  publications,
  clock,
  log,
  metrics,
  pollMs = 5_000,
  idleMs = 3_600_000,
  capacity = 5_000,
}: FlagDocumentsDeps): Promise<FlagDocuments> {
  const entries = new Map<string, Entry>();
  let isListening = false;
  let isClosed = false;
  let polls = 0;

  /** Of a project's environment; the project is one tenant's, and a key says which. */
  const keyOf = ({ project_id, environment }: Omit<PublicationNotice, 'revision'>) =>
    JSON.stringify([project_id, environment]);

  const read = async (entry: Entry): Promise<void> => {
    let answered: number;
    do {
      answered = entry.asked;
      const publication = await publications.publication(entry.scope);
      const revision = publication?.revision ?? 0;
      if (entry.served?.revision === revision) continue;
      const isFirst = entry.served === null;
      entry.served = await serveDocument(publication, entry.scope.environment);
      const { served } = entry;
      if (!isFirst) for (const tell of entry.watchers) tell(served);
    } while (answered !== entry.asked);
  };

  const load = (entry: Entry): Promise<void> => {
    entry.asked += 1;
    entry.loading ??= read(entry).finally(() => {
      entry.loading = null;
    });
    return entry.loading;
  };

  const failed = (error: unknown, entry: Entry | null) => {
    metrics.countReadError();
    const known = entry?.served?.revision ?? null;
    log.warn(
      { err: error, project: entry?.scope.project_id, known },
      'published flags could not be read',
    );
  };

  const entryOf = (scope: EnvironmentScope): Entry => {
    const key = keyOf(scope);
    const entry = entries.get(key) ?? {
      scope,
      watchers: new Set(),
      served: null,
      loading: null,
      asked: 0,
      usedAt: 0,
    };
    entry.usedAt = clock();
    entries.delete(key);
    entries.set(key, entry);
    if (entries.size > capacity) {
      for (const [other, { watchers }] of entries) {
        if (watchers.size > 0 || other === key) continue;
        entries.delete(other);
        break;
      }
    }
    return entry;
  };

  /** Reads those whose revision is another than the one known. */
  const catchUp = async (): Promise<void> => {
    const known = [...entries.values()].filter(({ served }) => served !== null);
    for (let from = 0; from < known.length; from += POLLED_AT_ONCE) {
      const part = known.slice(from, from + POLLED_AT_ONCE);
      try {
        const revisions = await publications.revisions(part.map(({ scope }) => scope));
        const behind = part.filter((entry, index) => entry.served?.revision !== revisions[index]);
        await Promise.all(
          behind.map((entry) => load(entry).catch((error: unknown) => failed(error, entry))),
        );
      } catch (error) {
        failed(error, null);
        return;
      }
    }
  };

  let polling: Promise<void> | null = null;
  const poll = () => {
    polls += 1;
    const now = clock();
    for (const [key, { watchers, usedAt }] of entries)
      if (watchers.size === 0 && now - usedAt >= idleMs) entries.delete(key);
    if (isListening && polls % LISTENING_POLLS !== 0) return;
    polling ??= catchUp().finally(() => {
      polling = null;
    });
  };
  const timer = setInterval(poll, pollMs);
  timer.unref();

  const stopListening = await publications.listen({
    onPublication(notice) {
      const entry = entries.get(keyOf(notice));
      if (!entry || isClosed) return;
      if (entry.served && entry.served.revision >= notice.revision) return;
      void load(entry).catch((error: unknown) => failed(error, entry));
    },
    onState(listens) {
      const isBack = listens && !isListening;
      isListening = listens;
      metrics.setListening(listens);
      // What was published during the gap was told to nobody.
      if (isBack && !isClosed) void catchUp();
    },
  });

  return {
    async find(scope) {
      const entry = entryOf(scope);
      if (entry.served) return entry.served;
      try {
        // Whoever comes meanwhile waits for the same answer.
        await (entry.loading ?? load(entry));
      } catch (error) {
        failed(error, entry);
      }
      if (entry.served) return entry.served;
      throw new RequestError('unavailable', 'flags cannot be read now. Try again later.', {
        headers: { 'retry-after': '2' },
      });
    },
    watch(scope, onChange) {
      const { watchers } = entryOf(scope);
      watchers.add(onChange);
      return () => {
        watchers.delete(onChange);
      };
    },
    size: () => entries.size,
    async close() {
      isClosed = true;
      clearInterval(timer);
      await stopListening();
      await polling;
    },
  };
}
