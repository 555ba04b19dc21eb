import { createCollector } from '@px-platform/collector';
import { postgresCatalog, postgresSchemaRegistry } from '@px-platform/store';
import { readServiceConfig } from './config.js';
import { runService } from './run-service.js';

/** `px collector`: takes batches from SDKs and answers once Kafka has them. Any number may run. */
export const runCollector = () =>
  runService(
    'px-collector',
    readServiceConfig(['kafka', 'postgres', 'redis']),
    async ({ config: { ipRequestsPerMinute }, adapters, log, registry }) => {
      const sql = adapters.sql();
      const catalog = postgresCatalog(sql);
      const schemas = postgresSchemaRegistry(sql);
      const limiter = await adapters.limiter();
      const eventLog = adapters.eventLog();
      return {
        router: createCollector({
          catalog,
          schemas,
          eventLog,
          limiter,
          ...(ipRequestsPerMinute > 0 && { ipRequestsPerMinute }),
          log,
          registry,
        }),
        checks: { event_log: eventLog.isReady },
      };
    },
  );
