export { createPx, default } from '@px-platform/sdk-web';
export type {
  AutocaptureOptions,
  ConsentState,
  Disposer,
  Plugin,
  PluginContext,
  Px,
  PxOptions,
  Stats,
} from '@px-platform/sdk-web';
