import { createCollector } from '@px-platform/collector';
import { postgresCatalog } from '@px-platform/store';
import { readServiceConfig } from './config.js';
import { runService } from './run-service.js';

/** `px collector`: takes batches from SDKs and answers once Kafka has them. Any number may run. */
export const runCollector = () =>
  runService(
    'px-collector',
    readServiceConfig(['kafka', 'postgres', 'redis']),
    async ({ adapters, log, registry }) => {
      const catalog = postgresCatalog(adapters.sql());
      const limiter = await adapters.limiter();
      const eventLog = adapters.eventLog();
      return {
        router: createCollector({ catalog, eventLog, limiter, log, registry }),
        isReady: eventLog.isReady,
      };
    },
  );
