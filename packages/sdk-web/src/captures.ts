export { CAPTURES } from './plugins/index.js';
export { clicks } from './plugins/clicks.js';
export { pageViews } from './plugins/page-views.js';
