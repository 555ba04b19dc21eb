export { createApi } from './api.js';
export type { ApiDeps, LocalSession } from './api.js';
export { ApiError } from './errors.js';
export type { TokenKeys, TokenOptions } from './token.js';
export type { Role } from './grant.js';
