import { createPx, type PxWith } from './create-px.js';
import type { PxOptionsWith } from './options.js';
import { CAPTURES } from './plugins/index.js';

/** The page's PX, with every capture there is. */
export type Px = PxWith<typeof CAPTURES>;
/** What its `init` can be told. */
export type PxOptions = PxOptionsWith<typeof CAPTURES>;

/** PX on this page. */
const PX: Px = /* @__PURE__ */ createPx({ captures: CAPTURES });
export default PX;
