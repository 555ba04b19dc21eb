export { fakePlatform, fakeSibling } from './fake-platform.js';
export type { FakePlatform, LogLine } from './fake-platform.js';
export { createManualClock, settlePromises } from './manual-clock.js';
export type { ManualClock } from './manual-clock.js';
export { createMemoryChannels } from './memory-channels.js';
export { createMemoryKeyValueStorage } from './memory-key-value-storage.js';
export { createMemoryLocks } from './memory-locks.js';
export { acceptAll, createScriptedTransport, jsonResponse } from './scripted-transport.js';
export type { Script, ScriptedTransport } from './scripted-transport.js';
