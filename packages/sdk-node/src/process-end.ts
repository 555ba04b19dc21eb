import { isMainThread } from 'node:worker_threads';
import type { Disposer } from '@px-platform/sdk-core';

/** What a client does as its process ends. */
export interface Leaver {
  /** There is nothing left to do. Told again after what it did about it. */
  onIdle(): void;
  /** A signal came. With `isLast` nobody else listens: the process ends by it once this is settled, or in good time. */
  onSignal(isLast: boolean): Promise<unknown>;
  /** Whether signals are its business. */
  readonly hearsSignals: boolean;
}

/** All clients of a process, those of another copy of this package among them: one listener is enough. */
interface Leavers {
  join(leaver: Leaver): Disposer;
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
/** Raised where what is kept under it changes. */
const KEY = Symbol.for('@px-platform/sdk-node leavers 1');

/** Has a client told of the end of its process, until it is disposed of. */
export function onProcessEnd(leaver: Leaver): Disposer {
  const kept: unknown = Reflect.get(globalThis, KEY);
  if (isLeavers(kept)) return kept.join(leaver);
  const made = createLeavers();
  Reflect.set(globalThis, KEY, made);
  return made.join(leaver);
}

function createLeavers(): Leavers {
  const leavers = new Set<Leaver>();
  const onIdle = () => {
    for (const leaver of leavers) leaver.onIdle();
  };
  const listening = new Map<NodeJS.Signals, () => void>();

  /** Before all others, and gone before they are told: who counts listeners, to end the process if none is left, finds what they would without us. */
  const listen = () => {
    const isWished = isMainThread && [...leavers].some(({ hearsSignals }) => hearsSignals);
    for (const signal of SIGNALS) {
      const known = listening.get(signal);
      if (isWished && !known) {
        const listener = () => hear(signal);
        listening.set(signal, listener);
        process.prependListener(signal, listener);
      }
      if (!isWished && known) forget(signal, known);
    }
  };
  const forget = (signal: NodeJS.Signals, listener: () => void) => {
    process.off(signal, listener);
    listening.delete(signal);
  };
  const hear = (signal: NodeJS.Signals) => {
    const listener = listening.get(signal);
    if (listener) forget(signal, listener);
    const isLast = process.listenerCount(signal) === 0;
    const told = [...leavers]
      .filter(({ hearsSignals }) => hearsSignals)
      .map((leaver) => leaver.onSignal(isLast));
    // Nobody listens any more, so this ends the process, as a second signal in the meantime does.
    if (isLast) void Promise.allSettled(told).then(() => process.kill(process.pid, signal));
    else setImmediate(listen).unref();
  };

  return {
    join(leaver) {
      if (leavers.size === 0) process.on('beforeExit', onIdle);
      leavers.add(leaver);
      listen();
      return () => {
        leavers.delete(leaver);
        if (leavers.size === 0) process.off('beforeExit', onIdle);
        listen();
      };
    },
  };
}

const isLeavers = (value: unknown): value is Leavers => typeof Object(value).join === 'function';
