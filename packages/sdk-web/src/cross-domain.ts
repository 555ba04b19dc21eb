export { crossSubdomain } from './platform/cross-subdomain.js';
export { linkDomains } from './platform/link-domains.js';
