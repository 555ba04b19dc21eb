export type { Disposer } from './disposer.js';
export { LogUnavailableError } from './event-log/port.js';
export type { EventLog, LogHandler, LogRecord } from './event-log/port.js';
export { EventStoreError } from './event-store/port.js';
export type { EventRow, EventStore, PersonLink, SqlQuestion, StoredId } from './event-store/port.js';
export type { Person, PersonSighting, ProfileStore, TraitsUpdate } from './profile-store/port.js';
export type { Catalog, CreatedKey, KeyGrant, KeyKind, Project } from './catalog/port.js';
export type { StreamEntry, Streams } from './counters/port.js';
export { liveStream } from './live-stream.js';
