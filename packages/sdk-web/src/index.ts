export { default } from './px.js';
export { createPx } from './px.js';
export type { Px } from './px.js';
export type { AutocaptureOptions, PxOptions } from './options.js';
export type { ConsentState, Disposer, Plugin, PluginContext, Stats } from '@px-platform/sdk-core';
