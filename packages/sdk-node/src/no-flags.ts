import { undecided, type PxTypes } from '@px-platform/sdk-core';
import { toReads, type OpenFlags } from './create-flags.js';

/** Flags that nobody follows: each is its fallback. */
export function openNoFlags<T extends PxTypes>(): OpenFlags<T> {
  const look = () => undecided('error');
  const reads = toReads<T>(look);
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
