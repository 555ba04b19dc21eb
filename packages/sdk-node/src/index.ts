export { createClient } from './create-client.js';
export type { NodeClient, RequestClient } from './create-client.js';
export type { EventVerbs, IdentifyDetails, PageProperties } from './event-verbs.js';
export type { RequestContext } from './request-context.js';
export type { ClientOptions } from './client-options.js';
export type { EventDetails } from './event-maker.js';
export { createFlags } from './create-flags.js';
export type { ServerFlagReads, ServerFlags, ServerFlagsStatus } from './create-flags.js';
export { toScript } from './bootstrap.js';
export type { BootstrapOptions } from './bootstrap.js';
export { visitorOf } from './visitor.js';
export type { RequestHeaders, Visitor, VisitorOptions } from './visitor.js';
export type { FlagExposure } from './exposures.js';
export type { FlagsLog, FlagsOptions } from './options.js';
export type {
  Disposer,
  ExperimentDetails,
  FlagAttributes,
  FlagDetails,
  FlagReason,
  FlagValues,
  Stats,
} from '@px-platform/sdk-core';
