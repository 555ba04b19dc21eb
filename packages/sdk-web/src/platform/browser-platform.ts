import type { SdkInfo } from '@px-platform/protocol';
import type { Platform } from '@px-platform/sdk-core';
import { createChannel } from './channel.js';
import { browserClock } from './clock.js';
import { consoleLog } from './console-log.js';
import { createEventContext } from './event-context.js';
import { createGzip } from './gzip.js';
import { hasObjected } from './has-objected.js';
import { createKeyValueStorage } from './key-value-storage.js';
import { loadGzip } from './load-gzip.js';
import { createLocks } from './locks.js';
import { pageLifecycle } from './page-lifecycle.js';
import { createQueueStorage } from './queue-storage.js';
import { randomBytes } from './random-bytes.js';
import { browserTimers } from './timers.js';
import { createTransport } from './transport.js';
import { unlessForgotten } from './unless-forgotten.js';

/** The browser as the engine sees it. Everything kept is kept per project. */
export function createBrowserPlatform({
  sdk,
  projectId,
}: {
  readonly sdk: SdkInfo;
  readonly projectId: string;
}): Platform {
  const prefix = `px:${projectId}:`;
  const storage = createKeyValueStorage({ prefix });
  return {
    sdk,
    clock: browserClock,
    timers: browserTimers,
    randomBytes,
    storage,
    queueStorage: createQueueStorage({ name: `${prefix}events` }),
    transport: createTransport({
      fetch: (url, init) => unlessForgotten(fetch(url, init)),
      gzip: createGzip({ load: loadGzip }),
    }),
    locks: createLocks({ prefix, manager: navigator.locks, storage }),
    channel: createChannel({ name: prefix }),
    lifecycle: pageLifecycle,
    context: createEventContext(),
    hasObjected,
    log: consoleLog,
  };
}
