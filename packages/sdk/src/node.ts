export { createClient, default } from '@px-platform/sdk-node';
export type {
  ClientOptions,
  ClientOptions as PxOptions,
  EventDetails,
  NodeClient,
  Px,
  RequestContext,
} from '@px-platform/sdk-node';
/** Puts a page's PX together. On a server its verbs do nothing. */
export { createPx } from '@px-platform/sdk-web';
export type {
  AutocaptureOptions,
  Captures,
  ConsentPurpose,
  ConsentState,
  Disposer,
  ExperimentDetails,
  FlagAttributes,
  FlagDetails,
  FlagOptions,
  FlagOverrides,
  FlagReason,
  FlagsStatus,
  FlagVerbs,
  Plugin,
  PluginContext,
  Priority,
  PxOptionsWith,
  PxWith,
  Stats,
  TrackDetails,
} from '@px-platform/sdk-web';
