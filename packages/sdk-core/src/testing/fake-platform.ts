import type { EventContext } from '@px-platform/protocol';
import { createMemoryQueueStorage } from '../memory-queue-storage.js';
import type { Platform } from '../platform.js';
import { createPublisher } from '../publisher.js';
import { createManualClock, type ManualClock } from './manual-clock.js';
import { createMemoryKeyValueStorage } from './memory-key-value-storage.js';
import { createMemoryLocks } from './memory-locks.js';
import { createScriptedTransport, type ScriptedTransport } from './scripted-transport.js';

/** A line the engine logged. */
export interface LogLine {
  readonly level: 'error' | 'warn' | 'debug';
  readonly message: string;
}

/** A platform without a browser, and the handles to move it. */
export interface FakePlatform extends Platform {
  readonly clock: ManualClock;
  readonly transport: ScriptedTransport;
  readonly logs: LogLine[];
  hide(): void;
  show(): void;
  goOnline(): void;
}

/** Creates a platform whose time is manual, randomness a counter, and storage memory. Parts may be replaced or shared. */
export function fakePlatform(
  parts: Partial<Platform> & { readonly clock?: ManualClock } = {},
): FakePlatform {
  const clock = parts.clock ?? createManualClock();
  const transport = createScriptedTransport();
  const logs: LogLine[] = [];
  const rethrow = (cause: unknown) => {
    throw cause;
  };
  const hidden = createPublisher<void>(rethrow);
  const visible = createPublisher<void>(rethrow);
  const online = createPublisher<void>(rethrow);
  const context: EventContext = {};
  let drawn = 0;
  return {
    sdk: { name: '@px-platform/sdk-fake', version: '0.0.0' },
    timers: clock,
    randomBytes: (length) => Uint8Array.from({ length }, () => (drawn = (drawn + 41) % 256)),
    storage: createMemoryKeyValueStorage(),
    queueStorage: createMemoryQueueStorage(),
    locks: createMemoryLocks(),
    lifecycle: { onHidden: hidden.listen, onVisible: visible.listen, onOnline: online.listen },
    context: () => context,
    log: { write: (level, message) => void logs.push({ level, message }) },
    ...parts,
    clock,
    transport,
    logs,
    hide: () => hidden.publish(),
    show: () => visible.publish(),
    goOnline: () => online.publish(),
  };
}
