import { join } from 'node:path';
import { openChdbEventStore } from '@px-platform/store/chdb';
import type { PxDev } from './px-dev.js';

/** An event as the engine holds it. */
export interface StoredRow {
  readonly event_id: string;
  readonly event_name: string;
  readonly seq: number;
  readonly session_id: string;
  readonly anonymous_id: string;
  readonly distinct_id: string;
  readonly is_identified: boolean;
  readonly person: number;
  readonly page_path: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Reads every row of `events`: what came again after a kill is written again, and folded. */
export function readStoredRows(dataDir: string): Promise<StoredRow[]> {
  return queryEngine<StoredRow>(
    dataDir,
    `SELECT event_id, event_name, seq, session_id, anonymous_id, distinct_id, is_identified, person,
       page_path, properties
     FROM events FINAL ORDER BY timestamp, seq`,
  );
}

/** Asks the engine's own files, once no process holds them any more. */
export async function queryEngine<Row>(dataDir: string, sql: string): Promise<Row[]> {
  const eventStore = await openChdbEventStore({ path: join(dataDir, 'events') });
  try {
    return await eventStore.query<Row>({ sql, params: {} });
  } finally {
    await eventStore.close();
  }
}

export interface Count {
  readonly total: { readonly events: number; readonly people: number };
  readonly rows: readonly {
    readonly value: string;
    readonly events: number;
    readonly people: number;
  }[];
  readonly elapsed_ms: number;
}

/** Asks the running platform, as `curl` would. */
export async function askCount(
  px: Pick<PxDev, 'url' | 'secretKey'>,
  query: Record<string, string>,
): Promise<Count> {
  const search = new URLSearchParams(query).toString();
  const response = await fetch(`${px.url}/v1/questions/event-count?${search}`, {
    headers: { authorization: `Bearer ${px.secretKey}` },
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as Count;
}
