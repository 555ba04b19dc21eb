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
  DeclaredTypes,
  Disposer,
  EventKey,
  ExperimentDetails,
  ExperimentKey,
  FlagAttributes,
  FlagDetails,
  FlagKey,
  FlagOptions,
  FlagOverrides,
  FlagReason,
  FlagsStatus,
  FlagValue,
  FlagVerbs,
  IsOptional,
  PeopleVerbs,
  Plugin,
  PluginContext,
  Priority,
  PropertiesOf,
  PxTypes,
  RedactOptions,
  Stats,
  Track,
  TrackDetails,
  Unlisted,
  VariantKey,
} from '@px-platform/sdk-core';
