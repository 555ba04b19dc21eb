import type { Batch, SdkInfo } from '@px-platform/protocol';
import type { QueueEntry } from './platform.js';

/** Bytes of a batch around its events, at most. */
export const ENVELOPE_BYTES = 1_024;

/** Writes the body of a batch. Events are already JSON: they are joined, not parsed and written again. */
export function writeBatchBody({
  entries,
  sentAt,
  skewMs,
  sdk,
  projectId,
}: {
  readonly entries: readonly QueueEntry[];
  readonly sentAt: number;
  readonly skewMs: number | undefined;
  readonly sdk: SdkInfo;
  readonly projectId: string;
}): string {
  const envelope: Omit<Batch, 'events'> = {
    sent_at: sentAt,
    ...(skewMs === undefined ? {} : { skew_ms: skewMs }),
    sdk,
    project_id: projectId,
  };
  return `${JSON.stringify(envelope).slice(0, -1)},"events":[${entries.map(({ json }) => json).join(',')}]}`;
}
