import type { FlagReads } from '@px-platform/sdk-core';
import type { Disposer } from '@px-platform/sdk-web';
import type { PxClient } from './px-client.js';
import { say } from './say.js';

/** A PX for components that no provider is above: it reads fallbacks, records nothing, and says so once. */
export function createIdleClient(reads: FlagReads): PxClient {
  let isSaid = false;
  const none = (): Disposer => {
    if (!isSaid) say('no <PXProvider> is above: nothing is recorded, and flags are fallbacks.');
    isSaid = true;
    return none;
  };
  const done = async () => {};
  return {
    ...reads,
    track: none,
    identify: none,
    reset: none,
    page: none,
    route: none,
    captureError: none,
    flush: done,
    onFlagsChange: none,
    onFlagsStatus: none,
    flagsStatus: () => 'loading',
    whenFlagsReady: async () => 'loading',
    refreshFlags: done,
    setOverrides: none,
    setFlagAttributes: done,
  };
}
