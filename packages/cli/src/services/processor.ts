import { startProcessor } from '@px-platform/processor';
import { postgresProfileStore } from '@px-platform/store';
import { readServiceConfig } from './config.js';
import { runService } from './run-service.js';

/** `px processor`: carries events from Kafka into the stores. As many may share the work as there are partitions. */
export const runProcessor = () =>
  runService(
    'px-processor',
    readServiceConfig(['kafka', 'clickhouse', 'postgres', 'redis']),
    async ({ adapters, log, registry, onStop }) => {
      const profiles = postgresProfileStore(adapters.sql());
      const eventStore = adapters.eventStore();
      const streams = await adapters.streams();
      const eventLog = adapters.eventLog();
      onStop(await startProcessor({ eventLog, eventStore, profiles, streams, log, registry }));
      return { checks: { event_log: eventLog.isReady } };
    },
  );
