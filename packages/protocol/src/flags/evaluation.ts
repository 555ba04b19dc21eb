import type { Attributes, FlagContext } from './context.js';
import type { FlagDocument } from './document.js';
import type { Exposure, Verdict } from './verdict.js';

/** One evaluation under way: what was asked, and what has been found on the way. */
export interface Evaluation {
  readonly document: FlagDocument;
  readonly context: FlagContext;
  readonly attributes: Attributes;
  /** Flags seen so far: null while a flag is being decided, so meeting it again is a cycle. */
  verdicts?: Map<string | null, Verdict | null>;
  /** Segments being decided: meeting one again is a cycle. */
  segments: string[];
  exposures: Exposure[];
  /** How deep conditions, segments and prerequisites are nested at the moment. */
  depth: number;
}

export const begin = (document: FlagDocument, context: FlagContext): Evaluation => {
  const { attributes, attributeOverrides } = context;
  return {
    document,
    context,
    attributes: attributeOverrides ? { ...attributes, ...attributeOverrides } : attributes,
    segments: [],
    exposures: [],
    depth: 0,
  };
};

/** Deeper than anything written by people: the answer must not depend on how large an engine's stack is. */
const MAX_DEPTH = 100;

/** Goes one level into what may nest; throws where that is too deep. */
export const enter = (evaluation: Evaluation): void => {
  if (++evaluation.depth > MAX_DEPTH) throw new Error('nested too deep');
};

/** Comes out of it with a result. */
export const leave = <T>(evaluation: Evaluation, result: T): T => {
  evaluation.depth--;
  return result;
};
