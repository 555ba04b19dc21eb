/** Addresses of our own requests, wherever the collector is. */
export const OWN_ADDRESS = /\/v1\/[\w/]+\?key=/;
