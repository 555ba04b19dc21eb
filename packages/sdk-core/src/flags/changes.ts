import type { Disposer } from '../disposer.js';
import { createPublisher } from '../publisher.js';

/** Who wants to know that flags are others than before. */
export interface Changes {
  /** Looks whether something has changed, if anybody wants to know. */
  look(): void;
  listen(listener: (keys: readonly string[]) => void, keys?: readonly string[]): Disposer;
}

/** What a flag without value and variant is. */
const NOTHING = '[null,null]';

/** Creates it over a reader of all there is: texts by key, which differ where values or variants do. */
export function createChanges(
  read: () => ReadonlyMap<string, string>,
  onError: (cause: unknown) => void,
): Changes {
  const changes = createPublisher<readonly string[]>(onError);
  let seen: ReadonlyMap<string, string> | null = null;
  return {
    look() {
      if (!seen) return;
      const before = seen;
      const now = (seen = read());
      const changed = [...new Set([...before.keys(), ...now.keys()])].filter(
        (key) => (before.get(key) ?? NOTHING) !== (now.get(key) ?? NOTHING),
      );
      if (changed.length > 0) changes.publish(changed);
    },
    listen(listener, keys) {
      seen ??= read();
      return changes.listen((changed) => {
        const wanted = keys ? changed.filter((key) => keys.includes(key)) : changed;
        if (wanted.length > 0) listener(wanted);
      });
    },
  };
}
