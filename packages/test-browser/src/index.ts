export { CHROMIUM_ARGS } from './chromium-args.js';
export { findChromium } from './find-chromium.js';
export { launchChromium } from './launch-chromium.js';
