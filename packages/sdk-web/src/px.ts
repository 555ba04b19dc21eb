import { createPx, type PxWith } from './create-px.js';
import type { FlagVerbs, PeopleVerbs } from '@px-platform/sdk-core';
import { FEATURES } from './features.js';
import type { PxOptionsWith } from './options.js';
import { CAPTURES } from './plugins/index.js';

/** The page's PX, with every capture and feature there is. `M`: flags and the types of their values. */
export type Px<M extends object = PxFlagTypes> = PxWith<
  typeof CAPTURES,
  PeopleVerbs & FlagVerbs<M>
>;
/** What its `init` can be told. */
export type PxOptions = PxOptionsWith<typeof CAPTURES>;

/** PX on this page. */
const PX: Px = /* @__PURE__ */ createPx({ captures: CAPTURES, features: FEATURES });
export default PX;
