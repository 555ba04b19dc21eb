import { undecided } from '@px-platform/sdk-core';
import { toReads, type OpenFlags } from './create-flags.js';

/** Flags that nobody follows: each is its fallback. */
export function openNoFlags<M extends object>(): OpenFlags<M> {
  const look = () => undecided('error');
  const reads = toReads<M>(look);
  const never = () => () => {};
  return {
    look,
    flags: {
      ...reads,
      evaluate: () => Promise.resolve(reads),
      bootstrap: () => Promise.resolve(undefined),
      ready: () => Promise.resolve('error'),
      status: () => 'error',
      onChange: never,
      onStatus: never,
      refresh: () => Promise.resolve(),
      document: () => undefined,
      close() {},
    },
  };
}
