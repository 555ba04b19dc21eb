/** The sentences of messages for developers: a chunk of its own, which most pages never need. */
export { explain } from '@px-platform/sdk-core/explain';
