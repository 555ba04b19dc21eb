import { join } from 'node:path';
import {
  postgresCatalog,
  postgresFlagCatalog,
  postgresPrivacyStore,
  postgresProfileStore,
  postgresRetentionStore,
  postgresSchemaRegistry,
  postgresSegmentMembers,
  type Catalog,
  type EventStore,
  type FlagCatalog,
  type PrivacyStore,
  type ProfileStore,
  type RetentionStore,
  type SchemaRegistry,
  type SegmentMembers,
} from '@px-platform/store';
import { openChdbEventStore } from '@px-platform/store/chdb';
import { openPglite } from '@px-platform/store/pglite';
import { DATA_ENTRIES } from './reset-data-dir.js';

export interface EmbeddedStores {
  readonly eventStore: EventStore;
  readonly catalog: Catalog;
  readonly profiles: ProfileStore;
  readonly schemas: SchemaRegistry;
  readonly flags: FlagCatalog;
  readonly segments: SegmentMembers;
  readonly requests: PrivacyStore;
  readonly retention: RetentionStore;
  close(): Promise<void>;
}

/** Opens both engines side by side; if one fails, the other is closed again. */
export async function openEmbeddedStores(dataDir: string): Promise<EmbeddedStores> {
  const [events, records] = await Promise.allSettled([
    openChdbEventStore({ path: join(dataDir, DATA_ENTRIES.events) }),
    openPglite({ path: join(dataDir, DATA_ENTRIES.records) }),
  ]);
  if (events.status === 'rejected' || records.status === 'rejected') {
    if (events.status === 'fulfilled') await events.value.close();
    if (records.status === 'fulfilled') await records.value.close();
    throw events.status === 'rejected' ? events.reason : (records as PromiseRejectedResult).reason;
  }
  const eventStore = events.value;
  const sql = records.value;
  return {
    eventStore,
    catalog: postgresCatalog(sql),
    profiles: postgresProfileStore(sql),
    schemas: postgresSchemaRegistry(sql),
    flags: postgresFlagCatalog(sql),
    segments: postgresSegmentMembers(sql),
    requests: postgresPrivacyStore(sql),
    retention: postgresRetentionStore(sql),
    async close() {
      await eventStore.close();
      await sql.close();
    },
  };
}
