export { canonicalUserId } from './canonical-user-id.js';
export type { Disposer } from './disposer.js';
export { gather } from './gather.js';
export { LogUnavailableError } from './event-log/port.js';
export type { EventLog, LogHandler, LogRecord } from './event-log/port.js';
export { EventStoreError } from './event-store/port.js';
export type {
  EventRow,
  EventStore,
  DeadReplay,
  PersonLink,
  SqlQuestion,
  StoredId,
} from './event-store/port.js';
export { HOUR_SETTLES_MS } from './event-store/hours.js';
export type { HourTables, ProjectHour } from './event-store/hours.js';
export { PERSON_PARTS } from './event-store/people-tables.js';
export type {
  PeopleTables,
  PersonPart,
  PersonScope,
  PersonTexts,
} from './event-store/people-tables.js';
export type { CutOff, ExpiredRows, RetentionTables } from './event-store/retention-tables.js';
export type {
  DerivedSession,
  OwnersQuestion,
  SessionlessEvent,
  SessionTables,
} from './event-store/sessions.js';
export { postgresProfileStore } from './profile-store/postgres.js';
export type {
  Group,
  GroupUpdate,
  Person,
  PersonSighting,
  ProfileStore,
  TraitChanges,
  TraitsUpdate,
} from './profile-store/port.js';
export { resolvePerson } from './privacy/resolve-person.js';
export { postgresPrivacyStore } from './privacy/postgres.js';
export type {
  ClaimedRequest,
  ErasedPerson,
  NewPrivacyRequest,
  PrivacyOutcome,
  PrivacyRequest,
  PrivacyScope,
  PrivacyStore,
  PrivacySubject,
} from './privacy/port.js';
export { postgresRetentionStore } from './retention/postgres.js';
export type { DueRetention, Retention, RetentionStore } from './retention/port.js';
export { postgresCatalog } from './catalog/postgres.js';
export { FLAGS_MODES } from './catalog/port.js';
export type {
  Catalog,
  CreatedKey,
  FlagsMode,
  KeyGrant,
  KeyKind,
  KeySpec,
  KnownKey,
  Project,
  Tier,
} from './catalog/port.js';
export type { Counters, Window } from './counters/counters-port.js';
export type { PrivacyCatalog, PrivacyPolicy } from './catalog/privacy.js';
export { isPersonalToken, personalToken } from './catalog/personal-token.js';
export { createLastKnown } from './last-known.js';
export type { FindLastKnown, LastKnownOptions } from './last-known.js';
export type { Limiter, Quota, Taken } from './counters/limiter-port.js';
export type { PublishOptions, PublishOutcome, StreamEntry, Streams } from './counters/port.js';
export { postgresSchemaRegistry } from './schemas/postgres.js';
export type {
  PlanScope,
  PutEvent,
  PutOutcome,
  SchemaRegistry,
  SchemaVersion,
} from './schemas/port.js';
export { DEFAULT_ENVIRONMENT } from './flags/port.js';
export { postgresFlagCatalog } from './flags/postgres.js';
export type {
  ChangeOutcome,
  DefinitionChange,
  DefinitionVersion,
  EnvironmentScope,
  EnvironmentState,
  FlagCatalog,
  FlagPublications,
  FlagScope,
  Publication,
  PublicationListener,
  PublicationNotice,
  PutDefinition,
  Revisions,
  StoredDefinition,
} from './flags/port.js';
export { postgresSegmentMembers } from './segments/postgres.js';
export type {
  ComputedSegment,
  Membership,
  SegmentMembers,
  SegmentName,
  SegmentOutcome,
  SegmentQuestion,
  SegmentState,
} from './segments/port.js';
export { liveStream } from './live-stream.js';
export type { SqlClient, SqlListener, SqlQueries, SqlValue } from './sql-client.js';
export { loadMigrations, migrationOf } from './migrations/load.js';
export type { MigrationEngine } from './migrations/load.js';
export type { AppliedMigration, Migration, MigrationTarget } from './migrations/port.js';
export { postgresTarget } from './migrations/postgres-target.js';
export { migrate, MigrationError } from './migrations/run.js';
export { acquirePidLock, DirectoryInUseError } from './pid-lock.js';
export type { ServerLog } from './server-log.js';
