import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '@clickhouse/client';
import type { Disposer } from '../disposer.js';
import type { EventStore } from './port.js';
import { clickHouseTarget } from '../migrations/clickhouse-target.js';
import { loadMigrations } from '../migrations/load.js';
import { migrate } from '../migrations/run.js';
import { acquirePidLock } from '../pid-lock.js';
import { loadChdb } from './chdb-module.js';
import { clickHouseEventStore } from './clickhouse.js';

export interface ChdbOptions {
  /** Directory of the data; created if need be. A process can hold one at a time. */
  readonly path: string;
  /** Epoch milliseconds. @default Date.now */
  readonly clock?: () => number;
}

/**
 * Opens the ClickHouse engine inside this process, brings its tables up to date, and holds the
 * directory until `close`.
 */
export async function openChdbEventStore({
  path,
  clock = Date.now,
}: ChdbOptions): Promise<EventStore> {
  const connect = await loadChdb();
  const unlock = await acquirePidLock(path);
  let close: Disposer = unlock;
  try {
    const data = join(path, 'data');
    await mkdir(data, { recursive: true });
    // A connection runs one statement at a time, so questions have their own.
    const writer = createClient({ connection: connect(data) });
    const reader = createClient({ connection: connect(data) });
    const store = clickHouseEventStore({ writer, reader, clock });
    close = async () => {
      await store.close();
      await unlock();
    };
    await migrate(clickHouseTarget(writer), await loadMigrations('clickhouse'));
    return { ...store, close: async () => close() };
  } catch (error) {
    await close();
    throw error;
  }
}
