export { catalogContract } from './catalog.js';
export { countersContract } from './counters.js';
export { eventLogContract } from './event-log.js';
export { eventStoreContract } from './event-store.js';
export { flagCatalogContract } from './flags.js';
export { limiterContract } from './limiter.js';
export { privacyStoreContract } from './privacy.js';
export { profileStoreContract } from './profile-store.js';
export { retentionStoreContract } from './retention.js';
export { schemaRegistryContract } from './schemas.js';
export { segmentMembersContract } from './segments.js';
export { sqlListenContract } from './sql-listen.js';
export { streamsContract } from './streams.js';
export {
  NOON,
  sampleDead,
  sampleGroup,
  sampleId,
  sampleLink,
  sampleRecord,
  sampleRow,
  sampleSession,
  sampleSighting,
  sampleTraits,
} from './samples.js';
