import { randomBytes } from 'node:crypto';
import type { Clock, Disposer, KeyValueStorage, Lifecycle, Timers } from '@px-platform/sdk-core';

/** Timers that let the process end. */
const timers: Timers = {
  setTimer(run, delayMs) {
    const timer = setTimeout(run, delayMs).unref();
    return () => clearTimeout(timer);
  },
};

/** Somebody is always there, until the process is not. */
const lifecycle: Lifecycle = {
  onHidden: () => () => {},
  onVisible: () => () => {},
  onOnline: () => () => {},
  isOnline: () => true,
};

/** Keeps nothing: a process asks as it begins. */
export const noStorage: KeyValueStorage = {
  get: () => null,
  set: () => false,
  remove() {},
  keys: () => [],
};

/** Keeps as long as the process lives. */
export function createMemoryStorage(): KeyValueStorage {
  const values = new Map<string, string>();
  return {
    get: (key) => values.get(key) ?? null,
    set(key, value) {
      values.set(key, value);
      return false;
    },
    remove: (key) => void values.delete(key),
    keys: () => [...values.keys()],
  };
}

export const clock: Clock = { now: () => Date.now(), elapsed: () => performance.now() };

/** Keeps the process alive until it is disposed of. */
export function keepAlive(): Disposer {
  const timer = setInterval(() => {}, HOUR_MS);
  return () => clearInterval(timer);
}

/**
 * Called with each error that nobody caught, and each rejection that nobody minds, where that is about to end the
 * process, or to be handed to whoever listens for such errors. It decides neither.
 */
export function onUncaught(
  listener: (error: unknown, mechanism: 'error' | 'rejection') => void,
): Disposer {
  const listen = (error: unknown, origin: NodeJS.UncaughtExceptionOrigin) =>
    listener(error, origin === 'unhandledRejection' ? 'rejection' : 'error');
  process.on('uncaughtExceptionMonitor', listen);
  return () => void process.off('uncaughtExceptionMonitor', listen);
}

const HOUR_MS = 3_600_000;

/** What the engine needs of where it runs. */
export const nodePlatform = { timers, lifecycle, randomBytes };
