import { createPx, type PxWith } from './create-px.js';

/** PX without captures: `init`, your own events, and nothing of them lost. Import captures one by one beside it. */
const PX: PxWith<NoCaptures> = /* @__PURE__ */ createPx<NoCaptures>({ captures: {} });
export default PX;
/** Nothing runs by itself. */
export type NoCaptures = Readonly<Record<string, never>>;
export { createPx } from './create-px.js';
export type { PxFeatures, PxVerbs, PxWith } from './create-px.js';
export type { AutocaptureOptions, Captures, PxOptionsWith } from './options.js';
