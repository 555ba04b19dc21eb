import { randomBytes } from 'node:crypto';
import type { KeyValueStorage, Lifecycle, Timers } from '@px-platform/sdk-core';

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

/** What the engine needs of where it runs. */
export const nodePlatform = { timers, lifecycle, randomBytes };
