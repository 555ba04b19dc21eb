import { Registry } from 'prom-client';
import type { FlagPublications, ServerLog } from '@px-platform/store';
import { createFlagDocuments, type FlagDocuments } from './documents.js';
import { createFlagMetrics, type FlagMetrics } from './flag-metrics.js';
import { createFlagStreams, type FlagStreams, type FlagStreamsOptions } from './streams.js';

export interface FlagDeliveryDeps {
  /** What is published: `postgresFlagCatalog(sql)`. */
  readonly publications: FlagPublications;
  readonly log: ServerLog;
  /** Epoch milliseconds. @default Date.now */
  readonly clock?: () => number;
  /** The collector's. @default a registry of its own */
  readonly registry?: Registry;
  /** Bounds of streams of changes. */
  readonly streams?: FlagStreamsOptions;
  /** How often revisions are asked for while nobody tells of publications, milliseconds. @default 5_000 */
  readonly pollMs?: number;
}

/** What a collector serves flags with. Whoever opens it closes it, before the server: open streams end then. */
export interface FlagDelivery {
  readonly documents: FlagDocuments;
  readonly streams: FlagStreams;
  readonly metrics: FlagMetrics;
  readonly clock: () => number;
  close(): Promise<void>;
}

/** Begins to listen for publications. */
export async function openFlagDelivery({
  publications,
  log,
  clock = Date.now,
  registry = new Registry(),
  streams: bounds = {},
  pollMs = 5_000,
}: FlagDeliveryDeps): Promise<FlagDelivery> {
  let size = () => 0;
  const metrics = createFlagMetrics(registry, () => size());
  const documents = await createFlagDocuments({ publications, clock, log, metrics, pollMs });
  ({ size } = documents);
  const streams = createFlagStreams(bounds, metrics);
  return {
    documents,
    streams,
    metrics,
    clock,
    async close() {
      streams.close();
      await documents.close();
    },
  };
}
