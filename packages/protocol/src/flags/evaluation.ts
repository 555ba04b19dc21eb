import type { Attributes, FlagContext } from './context.js';
import type { FlagDocument } from './document.js';
import type { Exposure, Verdict } from './verdict.js';

/** One evaluation under way: what was asked, and what has been found on the way. */
export interface Evaluation {
  /** Null where only a condition is looked at, and there are neither saved groups nor segments. */
  readonly document: FlagDocument | null;
  readonly context: FlagContext;
  readonly attributes: Attributes;
  /** Flags seen so far: null while a flag is being decided, so meeting it again is a cycle. */
  verdicts: Map<string | null, Verdict | null> | null;
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
    verdicts: null,
    segments: [],
    exposures: [],
    depth: 0,
  };
};

/** Deeper than anything written by people: the answer must not depend on how large an engine's stack is. */
const MAX_DEPTH = 100;

/** Runs what may nest; throws where it nests too deep. */
export const nested = <T>(evaluation: { depth: number }, run: () => T): T => {
  if (evaluation.depth >= MAX_DEPTH) throw new Error(`nested deeper than ${MAX_DEPTH}`);
  evaluation.depth++;
  const result = run();
  evaluation.depth--;
  return result;
};
