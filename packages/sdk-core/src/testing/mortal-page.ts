import type { Platform } from '../platform.js';

type Ports = Pick<
  Platform,
  'channel' | 'locks' | 'queueStorage' | 'storage' | 'timers' | 'transport'
>;

/** The ports of a page that can vanish, and what makes it: no turn of it ever runs again. */
export interface MortalPage {
  readonly ports: Ports;
  /** Ends the page between two of its awaits: what it asked for is done, and never answered; its locks are let go. */
  vanish(): void;
}

/** Wraps ports. What other pages share stays shared. */
export function createMortalPage(ports: Ports): MortalPage {
  let isGone = false;
  let release: () => void = () => {};
  const gone = new Promise<void>((resolve) => (release = resolve));
  const never = new Promise<never>(() => {});

  const ask = <T>(run: () => Promise<T>): Promise<T> =>
    isGone
      ? never
      : new Promise((resolve, reject) => {
          run().then(
            (value) => isGone || resolve(value),
            (cause: unknown) => {
              if (!isGone) reject(cause instanceof Error ? cause : new Error(String(cause)));
            },
          );
        });
  const listen =
    <T>(listener: (value: T) => void) =>
    (value: T) => {
      if (!isGone) listener(value);
    };

  const { channel, locks, queueStorage, storage, timers, transport } = ports;
  return {
    ports: {
      channel: {
        post: (message) => {
          if (!isGone) channel.post(message);
        },
        listen: (listener) => channel.listen(listen(listener)),
      },
      locks: {
        exclusive: (name, run) =>
          ask(() =>
            locks.exclusive(name, (isHeld) => (isGone ? gone : Promise.race([run(isHeld), gone]))),
          ),
      },
      queueStorage: {
        append: (entries) => ask(() => queueStorage.append(entries)),
        read: (limits) => ask(() => queueStorage.read(limits)),
        remove: (keys) => ask(() => queueStorage.remove(keys)),
        clear: () => ask(() => queueStorage.clear()),
      },
      storage: {
        get: storage.get,
        keys: storage.keys,
        set: (key, value) => !isGone && storage.set(key, value),
        remove: (key) => {
          if (!isGone) storage.remove(key);
        },
      },
      timers: { setTimer: (run, delayMs) => timers.setTimer(() => isGone || run(), delayMs) },
      transport: {
        send: (request) => ask(() => transport.send(request)),
        part: (request) => {
          const answering = isGone ? null : transport.part(request);
          return answering && ask(() => answering);
        },
        later: (request) => (isGone ? null : transport.later(request)),
      },
    },
    vanish() {
      isGone = true;
      release();
    },
  };
}
