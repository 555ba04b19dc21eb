export { createClient } from './create-client.js';
export type { NodeClient, RequestClient } from './create-client.js';
export type { EventVerbs, IdentifyDetails, PageProperties } from './event-verbs.js';
export type { RequestContext } from './request-context.js';
export { contextOf } from './context-of.js';
export type { ContextOptions, RequestHeaders } from './context-of.js';
export type { ClientOptions } from './client-options.js';
export type { EventDetails } from './event-maker.js';
export { createFlags } from './create-flags.js';
export type { ServerFlagReads, ServerFlags, ServerFlagsStatus } from './create-flags.js';
export type { FlagExposure } from './exposures.js';
export type { FlagsLog, FlagsOptions } from './options.js';
export type {
  Disposer,
  ExperimentDetails,
  FlagAttributes,
  FlagDetails,
  FlagReason,
  Stats,
} from '@px-platform/sdk-core';
