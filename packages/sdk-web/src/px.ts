import { createPx, type PxWith } from './create-px.js';
import type { DeclaredTypes, FlagVerbs, PeopleVerbs, PxTypes } from '@px-platform/sdk-core';
import { FEATURES } from './features.js';
import type { PxOptionsWith } from './options.js';
import { CAPTURES } from './plugins/index.js';

/** The page's PX, with every capture and feature there is. `T` says which flags, experiments and events there are. */
export type Px<T extends PxTypes = DeclaredTypes> = PxWith<
  typeof CAPTURES,
  PeopleVerbs & FlagVerbs<T>,
  T
>;
/** What its `init` can be told. */
export type PxOptions = PxOptionsWith<typeof CAPTURES>;

/** PX on this page. */
const PX: Px = /* @__PURE__ */ createPx({ captures: CAPTURES, features: FEATURES });
export default PX;
