// What servers and editors need of flags, and whoever only evaluates does not: a subpath of its own.
export { RUNTIME_ATTRIBUTES } from './check-condition.js';
export { checkDefinition, checkRemoval } from './check-definition.js';
export type { CheckedDefinition, DefinitionOf } from './check-definition.js';
export { DEFINITION_LISTS, timesOf } from './definition-parts.js';
export type { Definitions, Surroundings } from './definition-parts.js';
export { compile } from './compile.js';
export type { CompileOptions } from './compile.js';
export { KEY_PATTERN } from './definition-shapes.js';
export { freshContext } from './fresh-context.js';
export { startExperiment, stopExperiment } from './experiment-phases.js';
export type { StartOptions } from './experiment-phases.js';
export { forGrowthBook } from './growthbook.js';
export type { LeftOutRule, PlainDocument } from './growthbook.js';
export { FLAG_LIMITS } from './limits.js';
export { isObject } from './shape.js';
export type { DefinitionFault } from './shape.js';
export { usesOf } from './uses.js';
export type { DefinitionUse } from './uses.js';
