export { openClickHouse } from './clickhouse.mjs';
export { freePort } from './free-port.mjs';
export { openKafka } from './kafka.mjs';
export { openPostgres } from './postgres.mjs';
export { openRedis } from './redis.mjs';
export { serve } from './serve.mjs';
export { recordTraces } from './traces.mjs';
