import type { Disposer } from '../disposer.js';
import type { Timers } from '../platform.js';
import { createPublisher } from '../publisher.js';

/** Who wants to know that flags are others than before. */
export interface Changes {
  /** Looks whether something has changed, if anybody wants to know. */
  look(): void;
  /** Of all keys, or of `keys`; without a key in them it is told of each look, and of none. */
  listen(listener: (keys: readonly string[]) => void, keys?: readonly string[]): Disposer;
  readonly dispose: Disposer;
}

type Texts = Readonly<Record<string, string>>;

/** A schedule begins, and a week passes, without anybody saying so. */
const LOOK_MS = 60_000;

/** Creates it over a reader of all there is: texts by key, which differ where values or variants do. */
export function createChanges(
  read: () => Texts,
  timers: Timers,
  onError: (cause: unknown) => void,
): Changes {
  const changes = createPublisher<readonly string[]>(onError);
  let seen: Texts | undefined;
  let stop: Disposer | undefined;
  const look = () => {
    if (!seen) return;
    const before = seen;
    seen = read();
    stop?.();
    stop = timers.setTimer(look, LOOK_MS);
    const changed = Object.keys({ ...before, ...seen }).filter(
      (key) => before[key] !== seen?.[key],
    );
    changes.publish(changed);
  };
  return {
    look,
    dispose: () => stop?.(),
    listen(listener, keys) {
      seen ??= read();
      stop ??= timers.setTimer(look, LOOK_MS);
      return changes.listen((changed) => {
        const wanted = changed.filter((key) => keys?.includes(key) ?? true);
        if (wanted.length > 0 || keys?.length === 0) listener(wanted);
      });
    },
  };
}
