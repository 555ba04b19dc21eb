export { default } from './px.js';
export type { Px, PxOptions } from './px.js';
export { createPx } from './create-px.js';
export type { PxFeatures, PxVerbs, PxWith } from './create-px.js';
export type { AutocaptureOptions, Captures, PxOptionsWith } from './options.js';
export type {
  ConsentChoice,
  ConsentPurpose,
  Consents,
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
  PeopleVerbs,
  Plugin,
  PluginContext,
  Priority,
  RedactOptions,
  Stats,
  TrackDetails,
} from '@px-platform/sdk-core';
