import { Gauge, type Registry } from 'prom-client';
import { createCollector, openFlagDelivery } from '@px-platform/collector';
import {
  postgresCatalog,
  postgresFlagCatalog,
  postgresSchemaRegistry,
  postgresSegmentMembers,
} from '@px-platform/store';
import type { SpooledEventLog } from '@px-platform/store/spooled';
import { readServiceConfig } from './config.js';
import { runService } from './run-service.js';

/** `px collector`: takes batches from SDKs and answers once Kafka has them, and serves flags. Any number may run. */
export const runCollector = () =>
  runService(
    'px-collector',
    readServiceConfig(['kafka', 'postgres', 'redis']),
    async ({ config: { ipRequestsPerMinute, flagStreams, spool }, adapters, log, registry }) => {
      const sql = adapters.sql();
      const catalog = postgresCatalog(sql);
      const schemas = postgresSchemaRegistry(sql);
      const flags = await openFlagDelivery({
        publications: postgresFlagCatalog(sql),
        segments: postgresSegmentMembers(sql),
        streams: { most: flagStreams },
        log,
        registry,
      });
      const limiter = await adapters.limiter();
      const eventLog = spool
        ? gauged(await adapters.spooledEventLog(spool), registry)
        : adapters.eventLog();
      return {
        router: createCollector({
          catalog,
          schemas,
          flags,
          eventLog,
          limiter,
          ...(ipRequestsPerMinute > 0 && { ipRequestsPerMinute }),
          log,
          registry,
        }),
        checks: { event_log: eventLog.isReady },
        close: flags.close,
      };
    },
  );

/** Tells what waits on this collector's disk for Kafka. */
function gauged(eventLog: SpooledEventLog, registry: Registry): SpooledEventLog {
  const { spooled } = eventLog;
  registry.registerMetric(
    new Gauge({
      name: 'px_collector_spool_bytes',
      help: 'Bytes on the local disk that Kafka has yet to take.',
      registers: [],
      collect() {
        this.set(spooled().bytes);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'px_collector_spool_events',
      help: 'Events and dead letters on the local disk that Kafka has yet to take.',
      registers: [],
      collect() {
        this.set(spooled().records);
      },
    }),
  );
  return eventLog;
}
