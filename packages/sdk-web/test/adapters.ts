// What a page of platform.test.ts drives by hand.
export { createQueueStorage } from '../src/platform/queue-storage.js';
export { createKeyValueStorage } from '../src/platform/key-value-storage.js';
export { gzipNow } from '../src/platform/pako-gzip.js';
