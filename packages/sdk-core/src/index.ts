export { createClient } from './client.js';
export type { Client } from './client.js';
export { createNoopClient } from './noop-client.js';
export { parseOptions } from './options.js';
export type { ClientOptions, CoreOptions, ParsedOptions } from './options.js';
export type { ConsentChoice, ConsentPurpose, Consents, ConsentState } from './consent.js';
export { CONSENT_KEY } from './consent.js';
export { ANONYMOUS_KEY, parseUserId, USER_KEY } from './identity.js';
export { readSession, SESSION_KEY, writeSession } from './session.js';
export type { CreateFeatures, FeatureContext, Features, RecordDetails, Said } from './features.js';
export { PEOPLE_VERBS } from './people.js';
export type { PeopleVerbs } from './people.js';
export { combineFeatures } from './combine-features.js';
export { createConfig, isValuesOnly } from './flags/config.js';
export type { Config, FlagsStatus } from './flags/config.js';
export { digest } from './flags/digest.js';
export { exposureId, exposureName, exposureProperties } from './flags/exposure-event.js';
export { flagOf } from './flags/flag-of.js';
export { createFlags } from './flags/flags.js';
export type { ClientFlagVerbs } from './flags/flags.js';
export type { FlagOptions, FlagValues } from './flags/options.js';
export { withPerson } from './flags/attributes.js';
export { createReads, undecided } from './flags/reads.js';
export type { Decision, FlagReads, Look } from './flags/reads.js';
export { createRefresh } from './flags/refresh.js';
export type { Question, Refresh } from './flags/refresh.js';
export { attributesOfContext, resolutionOf } from './flags/resolution.js';
export type { Resolution, ResolutionError, ResolutionType } from './flags/resolution.js';
export type { ConfigRequest, ConfigResponse, ConfigSource } from './flags/source.js';
export type {
  ExperimentDetails,
  FlagAttributes,
  FlagDetails,
  FlagOverrides,
  FlagReason,
  FlagVerbs,
  ReadExperiment,
  ReadFlag,
  ReadFlagDetails,
} from './flags/verbs.js';
export type {
  DeclaredTypes,
  EventKey,
  ExperimentKey,
  FlagKey,
  FlagValue,
  IsOptional,
  PropertiesOf,
  PxTypes,
  Track,
  Unlisted,
  VariantKey,
} from './types.js';
export { createRedaction } from './redact.js';
export type { RedactOptions, Redaction, RedactText } from './redact.js';
export { createStandardFeatures } from './standard-features.js';
export { readAnswer } from './answer.js';
export type { Answer } from './answer.js';
export { createIntake } from './intake.js';
export type { Intake } from './intake.js';
export { createLedger } from './ledger.js';
export type { Ledger, Stats } from './ledger.js';
export { createPace } from './pace.js';
export type { Failure, Pace } from './pace.js';
export { describeError } from './describe-error.js';
export type { ErrorDescription, ThrownError } from './describe-error.js';
export { createGate } from './gate.js';
export type { Gate } from './gate.js';
export { DROP_REASONS } from './errors.js';
export type { DropReason } from './errors.js';
export type { Plugin, PluginContext, TrackDetails, Who } from './plugins.js';
export { createLogger } from './logger.js';
export type { Logger } from './logger.js';
export { combineDisposers } from './disposer.js';
export type { Disposer } from './disposer.js';
export { createMemoryQueueStorage } from './memory-queue-storage.js';
export { toJsonObject } from './to-json.js';
export type { SafeJson } from './to-json.js';
export { createPublisher } from './publisher.js';
export type { Publisher } from './publisher.js';
export { createUuidv7 } from './uuidv7.js';
export { PRIORITIES } from './platform.js';
export type {
  Channel,
  Clock,
  KeyValueStorage,
  Lifecycle,
  Locks,
  LogSink,
  Platform,
  Priority,
  QueueEntry,
  QueueStorage,
  ReadLimits,
  Timers,
  Transport,
  TransportRequest,
  TransportResponse,
} from './platform.js';
