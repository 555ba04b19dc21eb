import { startProcessor } from '@px-platform/processor';
import {
  postgresCatalog,
  postgresPrivacyStore,
  postgresProfileStore,
  postgresRetentionStore,
  postgresSegmentMembers,
} from '@px-platform/store';
import { openPlaces } from '../open-places.js';
import { readServiceConfig } from './config.js';
import { runService } from './run-service.js';

/** `px processor`: carries events from Kafka into the stores. As many may share the work as there are partitions. */
export const runProcessor = () =>
  runService(
    'px-processor',
    readServiceConfig(['kafka', 'clickhouse', 'postgres', 'redis']),
    async ({ config, adapters, log, registry, onStop }) => {
      const geo = await openPlaces(config.geoDb, log);
      onStop(geo.close);
      const sql = adapters.sql();
      const profiles = postgresProfileStore(sql);
      const catalog = postgresCatalog(sql);
      const eventStore = adapters.eventStore();
      const streams = await adapters.streams();
      const eventLog = adapters.eventLog();
      const counters = await adapters.counters();
      const { conversions } = config;
      onStop(
        await startProcessor({
          eventLog,
          eventStore,
          profiles,
          streams,
          counters,
          catalog,
          requests: postgresPrivacyStore(sql),
          retention: postgresRetentionStore(sql),
          segments: postgresSegmentMembers(sql),
          log,
          registry,
          geo,
          ...(conversions && { conversions }),
        }),
      );
      return { checks: { event_log: eventLog.isReady } };
    },
  );
