export { default, createPx } from './px.js';
export type { PageVerbs, Px } from './px.js';
export { createClient } from './create-client.js';
export type { NodeClient, NodeStats, RequestClient } from './create-client.js';
export type { EventVerbs, IdentifyDetails, PageProperties } from './event-verbs.js';
export type { RequestContext } from './request-context.js';
export type { ClientOptions, SpoolOptions } from './client-options.js';
export type { SpoolStats } from './spool/event-spool.js';
export { contextOf } from './context-of.js';
export type { ContextOptions, RequestHeaders } from './context-of.js';
export type { EventDetails } from './event-maker.js';
export { createFlags } from './create-flags.js';
export type { ServerFlagReads, ServerFlags, ServerFlagsStatus } from './create-flags.js';
export { toScript } from './bootstrap.js';
export type { BootstrapOptions } from './bootstrap.js';
export { visitorOf } from './visitor.js';
export type { Visitor, VisitorOptions } from './visitor.js';
export type { FlagExposure } from './exposures.js';
export type { FlagsLog, FlagsOptions } from './options.js';
export type {
  DeclaredTypes,
  Disposer,
  EventKey,
  ExperimentDetails,
  ExperimentKey,
  FlagAttributes,
  FlagDetails,
  FlagKey,
  FlagReason,
  FlagValue,
  FlagValues,
  PropertiesOf,
  PxTypes,
  Stats,
  Track,
  Unlisted,
  VariantKey,
} from '@px-platform/sdk-core';
