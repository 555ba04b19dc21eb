export { createPx, default } from '@px-platform/sdk-web';
export type {
  AutocaptureOptions,
  Captures,
  ConsentPurpose,
  ConsentState,
  Disposer,
  Plugin,
  PluginContext,
  Priority,
  Px,
  PxOptions,
  PxOptionsWith,
  PxWith,
  Stats,
  TrackDetails,
} from '@px-platform/sdk-web';
