import { createApi, createReplayDoor } from '@px-platform/api';
import {
  postgresCatalog,
  postgresFlagCatalog,
  postgresPrivacyStore,
  postgresProfileStore,
  postgresRetentionStore,
  postgresSchemaRegistry,
  postgresSegmentMembers,
} from '@px-platform/store';
import { findAssets } from '../assets.js';
import { readServiceConfig } from './config.js';
import { runService } from './run-service.js';

/** `px api`: answers questions, and serves the dashboard. Any number may run. */
export const runApi = () =>
  runService(
    'px-api',
    readServiceConfig(['clickhouse', 'postgres', 'redis']),
    async ({ config: { tokens, collectorUrl }, adapters, log }) => {
      const sql = adapters.sql();
      const eventStore = adapters.eventStore();
      const catalog = postgresCatalog(sql);
      const router = createApi({
        catalog,
        privacy: catalog,
        retention: postgresRetentionStore(sql),
        schemas: postgresSchemaRegistry(sql),
        flags: postgresFlagCatalog(sql),
        segments: postgresSegmentMembers(sql),
        people: {
          requests: postgresPrivacyStore(sql),
          profiles: postgresProfileStore(sql),
          tables: eventStore,
        },
        eventStore,
        ...(collectorUrl !== null && {
          replays: { eventStore, door: createReplayDoor({ url: collectorUrl }) },
        }),
        streams: await adapters.streams(),
        log,
        dashboardDir: findAssets().dashboardDir,
        ...(tokens && { tokens }),
      });
      return { router };
    },
  );
