import type { createClient } from '@clickhouse/client';
import type * as chdb from 'chdb/connection';

/** What the ClickHouse client takes in place of a network. */
export type Connection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>;

/** Loads the engine, or says what is missing and why it is not simply there. */
export async function loadChdb(
  load: () => Promise<Pick<typeof chdb, 'createChdbConnection'>> = () => import('chdb/connection'),
): Promise<(path: string) => Connection> {
  try {
    const { createChdbConnection } = await load();
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
