import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '@clickhouse/client';
import type { Disposer } from '../disposer.js';
import type { EventStore } from './port.js';
import { clickHouseTarget } from '../migrations/clickhouse-target.js';
import { loadMigrations } from '../migrations/load.js';
import { migrate } from '../migrations/run.js';
import { acquirePidLock } from '../pid-lock.js';
import { clickHouseEventStore } from './clickhouse.js';

export interface ChdbOptions {
  /** Directory of the data; created if need be. A process can hold one at a time. */
  readonly path: string;
}

/**
 * Opens the ClickHouse engine inside this process, brings its tables up to date, and holds the
 * directory until `close`.
 */
export async function openChdbEventStore({ path }: ChdbOptions): Promise<EventStore> {
  const connect = await loadChdb();
  const unlock = await acquirePidLock(path);
  let close: Disposer = unlock;
  try {
    const data = join(path, 'data');
    await mkdir(data, { recursive: true });
    // A connection runs one statement at a time, so questions have their own.
    const writer = createClient({ connection: connect(data) });
    const reader = createClient({ connection: connect(data) });
    const store = clickHouseEventStore({ writer, reader });
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

type Connection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>;

async function loadChdb(): Promise<(path: string) => Connection> {
  try {
    const { createChdbConnection } = await import('chdb/connection');
    // The client ships its own copy of the types that chdb takes from client-common, and classes
    // with private members are never the same type twice.
    return (path) => createChdbConnection({ path }) as unknown as Connection;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      'The embedded event store needs the package chdb (ClickHouse in this process, a download of ' +
        'about 170 MB, for Linux with glibc and macOS). It is an optional dependency and is not ' +
        'installed here, or not for this system: run `npm install chdb`, or use a ClickHouse server. ' +
        `(${reason})`,
      { cause },
    );
  }
}
