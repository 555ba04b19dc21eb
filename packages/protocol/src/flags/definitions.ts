// What servers and editors need of flags, and whoever only evaluates does not: a subpath of its own.
export { RUNTIME_ATTRIBUTES } from './check-condition.js';
export { checkDefinition, checkRemoval } from './check-definition.js';
export type { CheckedDefinition, DefinitionOf, Surroundings } from './check-definition.js';
export { compile } from './compile.js';
export type { CompileOptions, Definitions } from './compile.js';
export { KEY_PATTERN } from './definition-shapes.js';
export { startExperiment, stopExperiment } from './experiment-phases.js';
export type { StartOptions } from './experiment-phases.js';
export { forGrowthBook } from './growthbook.js';
export type { LeftOutRule, PlainDocument } from './growthbook.js';
export { FLAG_LIMITS } from './limits.js';
export type { DefinitionFault } from './shape.js';
