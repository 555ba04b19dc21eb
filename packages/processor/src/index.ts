export { startProcessor } from './processor.js';
export type { ProcessorDeps } from './processor.js';
export { canonicalProperties } from './canonical-properties.js';
export { canonicalUserId } from './canonical-user-id.js';
export type { Step } from './steps/step.js';
export type { ProcessedEvent, Refusal, Sink } from './sinks/sink.js';
export { SESSION_RULES, sessionize } from './sessions/sessionize.js';
export type { SessionRules, Timed } from './sessions/sessionize.js';
export { sessionIdOf } from './sessions/summarize.js';
