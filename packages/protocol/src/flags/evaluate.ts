import type { FlagContext } from './context.js';
import { decide } from './decide.js';
import type { FlagDocument } from './document.js';
import { begin } from './evaluation.js';
import type { Verdict } from './verdict.js';

/**
 * Decides a flag. It never throws: a rule that cannot be read is skipped, and `context.onProblem` told.
 *
 * @example
 * evaluate(document, 'checkout', { attributes: { id: 'u-42', country: 'DE' } }).value;
 */
export const evaluate = (document: FlagDocument, key: string, context: FlagContext): Verdict =>
  decide(key, begin(document, context));
