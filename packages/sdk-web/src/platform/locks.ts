import type { Locks } from '@px-platform/sdk-core';

/** Excludes every tab of the origin through Web Locks; without them, this page's own callers. */
export function createLocks({
  prefix,
  manager,
}: {
  readonly prefix: string;
  /** The browser's; absent on insecure pages and in old browsers. */
  readonly manager: Pick<LockManager, 'request'> | undefined;
}): Locks {
  const tails = new Map<string, Promise<void>>();

  const inPage = (name: string, run: () => Promise<void>): Promise<void> => {
    const turn = (tails.get(name) ?? Promise.resolve()).then(run);
    tails.set(
      name,
      turn.catch(() => {}),
    );
    return turn;
  };

  return {
    async exclusive(name, run) {
      if (!manager) return inPage(name, run);
      let hasRun = false;
      const once = () => {
        hasRun = true;
        return run();
      };
      try {
        await manager.request(prefix + name, once);
      } catch (cause) {
        // Refused in opaque origins. What `run` itself threw is the caller's.
        if (hasRun) throw cause;
        await inPage(name, run);
      }
    },
  };
}
