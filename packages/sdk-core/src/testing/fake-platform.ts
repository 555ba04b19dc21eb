import type { EventContext } from '@px-platform/protocol';
import { explain } from '../explain.js';
import { createMemoryQueueStorage } from '../memory-queue-storage.js';
import type { Channel, Platform } from '../platform.js';
import { createPublisher } from '../publisher.js';
import { createManualClock, type ManualClock } from './manual-clock.js';
import { createMemoryChannels } from './memory-channels.js';
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
  /** Opens the channel of another page of the origin. */
  readonly openChannel: () => Channel;
  hide(): void;
  show(): void;
  goOnline(): void;
  goOffline(): void;
}

/** Creates a platform whose time is manual, randomness a counter, and storage memory. Parts may be replaced or shared. */
export function fakePlatform(
  parts: Partial<Platform> & Partial<Pick<FakePlatform, 'clock' | 'openChannel'>> = {},
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
  let isOnline = true;
  const openChannel = parts.openChannel ?? createMemoryChannels();
  return {
    sdk: { name: '@px-platform/sdk-fake', version: '0.0.0' },
    timers: clock,
    randomBytes: drawnBytes(1),
    storage: createMemoryKeyValueStorage(),
    queueStorage: createMemoryQueueStorage(),
    locks: createMemoryLocks(),
    channel: openChannel(),
    openChannel,
    lifecycle: {
      onHidden: hidden.listen,
      onVisible: visible.listen,
      onOnline: online.listen,
      isOnline: () => isOnline,
    },
    context: () => context,
    log: {
      write: (level, kind, values) =>
        void logs.push({ level, message: String(explain(kind, values)[0]) }),
    },
    ...parts,
    clock,
    transport,
    logs,
    hide: () => hidden.publish(),
    show: () => visible.publish(),
    goOnline() {
      isOnline = true;
      online.publish();
    },
    goOffline() {
      isOnline = false;
    },
  };
}

/** Another tab of the same origin: shares time, storage, locks and channel, and nothing else. */
export function fakeSibling(
  { clock, storage, queueStorage, locks, openChannel }: FakePlatform,
  seed = 0x2545f491,
): FakePlatform {
  const randomBytes = drawnBytes(seed);
  return fakePlatform({ clock, storage, queueStorage, locks, openChannel, randomBytes });
}

/** Bytes that look drawn and are the same in every run (xorshift32). Tabs with one seed would make one id twice. */
function drawnBytes(seed: number): (length: number) => Uint8Array {
  let state = seed;
  const draw = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 24;
  };
  return (length) => Uint8Array.from({ length }, draw);
}
