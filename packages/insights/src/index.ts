export { analyses } from './analyses/index.js';
export { QuestionError } from './analysis.js';
export type { Analysis, Asking, Scope } from './analysis.js';
