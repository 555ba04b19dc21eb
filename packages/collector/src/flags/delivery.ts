import { Registry } from 'prom-client';
import type { FlagPublications, SegmentMembers, ServerLog } from '@px-platform/store';
import { createFlagDocuments, type FlagDocuments } from './documents.js';
import { createFlagMetrics, type FlagMetrics } from './flag-metrics.js';
import { createSegmentLookup, type FindSegments } from './segments.js';
import { createFlagStreams, type FlagStreams, type FlagStreamsOptions } from './streams.js';

export interface FlagDeliveryDeps {
  /** What is published: `postgresFlagCatalog(sql)`. */
  readonly publications: FlagPublications;
  /** Who belongs to computed segments: `postgresSegmentMembers(sql)`. @default nobody belongs to any */
  readonly segments?: Pick<SegmentMembers, 'segmentsOf'>;
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
  readonly findSegments: FindSegments;
  readonly metrics: FlagMetrics;
  readonly clock: () => number;
  close(): Promise<void>;
}

/** Begins to listen for publications. */
export async function openFlagDelivery({
  publications,
  segments = { segmentsOf: async () => [] },
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
    findSegments: createSegmentLookup({ segments, clock, log, metrics }),
    metrics,
    clock,
    async close() {
      streams.close();
      await documents.close();
    },
  };
}
