export { CHROMIUM_ARGS } from './chromium-args.js';
export { findChromium, findFirefox, findWebKitDriver } from './find-browser.js';
export type { ForeignBrowser, ForeignTab } from './foreign-browser.js';
export { launchChromium } from './launch-chromium.js';
export { launchFirefox } from './launch-firefox.js';
export { launchWebKit } from './launch-webkit.js';
