export { CAPTURES } from './plugins/index.js';
export { clicks } from './plugins/clicks.js';
export { forms } from './plugins/forms.js';
export { pageLeave } from './plugins/page-leave.js';
export { pageViews } from './plugins/page-views.js';
export { scroll } from './plugins/scroll.js';
export { vitals } from './plugins/vitals.js';
