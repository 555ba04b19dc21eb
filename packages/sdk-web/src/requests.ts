export { requestHeaders } from './request-headers.js';
export type { RequestHeadersOptions } from './request-headers.js';
