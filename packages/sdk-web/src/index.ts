export { default } from './px.js';
export type { Px, PxOptions } from './px.js';
export { createPx } from './create-px.js';
export type { PxWith } from './create-px.js';
export type { AutocaptureOptions, Captures, PxOptionsWith } from './options.js';
export type {
  ConsentPurpose,
  ConsentState,
  Disposer,
  Plugin,
  PluginContext,
  Priority,
  Stats,
  TrackDetails,
} from '@px-platform/sdk-core';
