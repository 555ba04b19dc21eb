import type { Disposer } from '@px-platform/sdk-core';

type Method = (this: unknown, ...args: never[]) => unknown;
/** The names of an object's methods. */
type MethodOf<O> = { [K in keyof O]: O[K] extends Method ? K : never }[keyof O];

/**
 * Sees each call of a method after it was made, and may answer what the caller gets instead. Arguments,
 * `this` and what is thrown pass through.
 */
export function patch<O extends object, K extends MethodOf<O>>(
  target: O,
  name: K,
  see: (call: {
    readonly self: unknown;
    readonly args: readonly unknown[];
    readonly result: unknown;
  }) => unknown,
): Disposer {
  return wrap(target, name, (original, self, args) => {
    const result = original.apply(self, args);
    try {
      return see({ self, args, result }) || result;
    } catch {
      // Whatever we make of it, the page gets what it called for.
      return result;
    }
  });
}

/** Stands around each call of a method. Restored only if nobody has wrapped it since; else it falls silent. */
export function wrap<O extends object, K extends MethodOf<O>>(
  target: O,
  name: K,
  around: (original: Method, self: unknown, args: never[]) => unknown,
): Disposer {
  const original = target[name] as Method;
  let isLive = true;
  const wrapped = function (this: unknown, ...args: never[]) {
    return isLive ? around(original, this, args) : original.apply(this, args);
  };
  target[name] = wrapped as O[K];
  return () => {
    isLive = false;
    if (target[name] === wrapped) target[name] = original as O[K];
  };
}
