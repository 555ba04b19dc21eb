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

/** What somebody did. */
export interface Moment {
  readonly event: string;
  readonly session_id: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

type Asked = Pick<PxDev, 'url' | 'secretKey'>;

/** Asks the running platform, as `curl` would. */
export const askCount = (px: Asked, query: Record<string, string>): Promise<Count> =>
  ask(px, 'event-count', query);

/** The same for all that the person did who has a device, the latest first. */
export async function askTimeline(px: Asked, anonymous_id: string): Promise<readonly Moment[]> {
  return (await ask<{ rows: readonly Moment[] }>(px, 'timeline', { anonymous_id })).rows;
}

async function ask<Answer>(
  px: Asked,
  question: string,
  query: Record<string, string>,
): Promise<Answer> {
  const search = new URLSearchParams(query).toString();
  const response = await fetch(`${px.url}/v1/questions/${question}?${search}`, {
    headers: { authorization: `Bearer ${px.secretKey}` },
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}
