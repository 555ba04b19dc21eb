import { createNoopClient, type FlagReads } from '@px-platform/sdk-core';
import type { PxClient } from './px-client.js';
import { say } from './say.js';

/** A PX for components that no provider is above: it reads fallbacks, records nothing, and says so once. */
export function createIdleClient(reads: FlagReads): PxClient {
  let isSaid = false;
  const nothing = () => {
    if (!isSaid) say('no <PXProvider> is above: flags are fallbacks, and nothing is recorded.');
    isSaid = true;
  };
  const { flush } = createNoopClient();
  return {
    ...reads,
    flush,
    track: nothing,
    identify: nothing,
    reset: nothing,
    page: nothing,
    captureError: nothing,
    onFlagsChange() {
      nothing();
      return nothing;
    },
    onFlagsStatus: () => nothing,
    flagsStatus: () => 'loading',
    whenFlagsReady: () => Promise.resolve('loading'),
    refreshFlags: flush,
    setOverrides: nothing,
    setFlagAttributes: () => undefined,
  };
}
