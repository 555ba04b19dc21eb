// What a page that uses OpenFeature has.
export { OpenFeature, ProviderEvents } from '@openfeature/web-sdk';
export { createPxProvider } from '../src/openfeature.js';
