import { importBeside } from './beside.js';
import type { Explain } from './load-explain.js';

/** What stands for `load-explain.ts` in the script tag's build. */
export const loadExplain = async (): Promise<Explain> =>
  ((await importBeside('px-explain.js')) as { readonly explain: Explain }).explain;
