// The script tag's entry: the global is the facade itself.
import { adoptStub } from './adopt-stub.js';
import { createPx } from './create-px.js';
import { FEATURES } from './features.js';
import { CAPTURES } from './plugins/index.js';

export default adoptStub((globalThis as { PX?: unknown }).PX, (earlier) =>
  createPx({ captures: CAPTURES, features: FEATURES, earlier }),
);
