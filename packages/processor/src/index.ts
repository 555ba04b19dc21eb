export { startProcessor } from './processor.js';
export type { ProcessorDeps } from './processor.js';
export { canonicalProperties } from './canonical-properties.js';
export { canonicalUserId } from './canonical-user-id.js';
export type { Step } from './steps/step.js';
export type { ProcessedEvent, Refusal, Sink } from './sinks/sink.js';
