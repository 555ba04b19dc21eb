import {
  createFlags,
  createReads,
  undecided,
  type ClientFlagVerbs,
  type Disposer,
  type FlagVerbs,
} from '@px-platform/sdk-core';
import type { PxFeatures } from './create-px.js';
import { createConfigSource } from './platform/config-source.js';
import { hasBrowser } from './platform/has-browser.js';

const READY_TIMEOUT_MS = 1_000;

/**
 * Flags and experiments, for a PX that is put together by hand.
 * @example
 * const PX = createPx({ captures: {}, features: flags });
 */
export const flags: PxFeatures<FlagVerbs> = {
  create: (context) => createFlags(createConfigSource())(context),
  verbs(call, client) {
    const now: () => Partial<ClientFlagVerbs> | null = client;
    const flagsStatus = () => now()?.flagsStatus?.() ?? 'loading';
    /** The client's flags, at once or once there is a client. */
    const withFlags: ClientFlagVerbs['flags'] = call('flags');
    /** Begins to listen, at once or once there is a client. */
    const listen = (begin: (flags: FlagVerbs) => Disposer): Disposer => {
      let stop: Disposer | undefined;
      let isOver = false;
      withFlags((flags) => {
        if (!isOver) stop = begin(flags);
      });
      return () => {
        isOver = true;
        stop?.();
      };
    };
    return {
      ...createReads((...args) => now()?.look?.(...args) ?? undecided('loading')),
      onFlagsChange: (listener, keys) => listen((flags) => flags.onFlagsChange(listener, keys)),
      onFlagsStatus: (listener) => listen((flags) => flags.onFlagsStatus(listener)),
      flagsStatus,
      whenFlagsReady(timeoutMs) {
        const flags = now();
        if (flags || !hasBrowser())
          return flags?.whenFlagsReady?.(timeoutMs) ?? Promise.resolve('loading');
        return new Promise((resolve) => {
          setTimeout(() => resolve(flagsStatus()), timeoutMs ?? READY_TIMEOUT_MS);
          withFlags((flags) => resolve(flags.whenFlagsReady(timeoutMs)));
        });
      },
      setOverrides: call('setOverrides'),
      setFlagAttributes(attributes) {
        let done: Promise<void> | undefined;
        withFlags((flags) => void (done = flags.setFlagAttributes(attributes)));
        return done;
      },
      refreshFlags: () => now()?.refreshFlags?.() ?? Promise.resolve(),
    };
  },
};
