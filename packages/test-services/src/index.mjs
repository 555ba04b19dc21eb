export { freePort } from './free-port.mjs';
export { openRedis } from './redis.mjs';
