export { catalogContract } from './catalog.js';
export { eventLogContract } from './event-log.js';
export { eventStoreContract } from './event-store.js';
export { limiterContract } from './limiter.js';
export { profileStoreContract } from './profile-store.js';
export { schemaRegistryContract } from './schemas.js';
export { streamsContract } from './streams.js';
export {
  NOON,
  sampleDead,
  sampleId,
  sampleLink,
  sampleRecord,
  sampleRow,
  sampleSighting,
  sampleTraits,
} from './samples.js';
