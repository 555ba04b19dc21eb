import { createApi } from '@px-platform/api';
import { postgresCatalog } from '@px-platform/store';
import { findAssets } from '../assets.js';
import { readServiceConfig } from './config.js';
import { runService } from './run-service.js';

/** `px api`: answers questions, and serves the dashboard. Any number may run. */
export const runApi = () =>
  runService(
    'px-api',
    readServiceConfig(['clickhouse', 'postgres', 'redis']),
    async ({ config: { tokens }, adapters, log }) => ({
      router: createApi({
        catalog: postgresCatalog(adapters.sql()),
        eventStore: adapters.eventStore(),
        streams: await adapters.streams(),
        log,
        dashboardDir: findAssets().dashboardDir,
        ...(tokens && { tokens }),
      }),
      isReady: () => true,
    }),
  );
