export { createApi } from './api.js';
export type { ApiDeps, LocalSession } from './api.js';
export { ApiError } from './errors.js';
