import { clickHouse } from './clickhouse.mjs';
import { kafka } from './kafka.mjs';
import { nginx } from './nginx.mjs';
import { postgres } from './postgres.mjs';
import { redis } from './redis.mjs';

/** What can be opened, whether it is here, and what Debian calls what it needs. Kafka is fetched by looking for it. */
export const findServices = () =>
  [kafka, clickHouse, nginx, postgres, redis].map(({ name, advice, packages = [], find }) => ({
    name,
    advice,
    packages,
    isHere: find() !== null,
  }));
