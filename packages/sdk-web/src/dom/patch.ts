import type { Disposer } from '@px-platform/sdk-core';

type Method = (this: unknown, ...args: never[]) => unknown;
/** The names of an object's methods. */
type MethodOf<O> = { [K in keyof O]: O[K] extends Method ? K : never }[keyof O];

/**
 * Sees each call of a method after it was made, and may answer what the caller gets instead. Arguments,
 * `this` and what is thrown pass through. Restored only if nobody has wrapped it since; else it falls silent.
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
  const original = target[name] as Method;
  let isLive = true;
  const patched = function (this: unknown, ...args: never[]) {
    const result = original.apply(this, args);
    try {
      return (isLive && see({ self: this, args, result })) || result;
    } catch {
      // Whatever we make of it, the page gets what it called for.
      return result;
    }
  };
  target[name] = patched as O[K];
  return () => {
    isLive = false;
    if (target[name] === patched) target[name] = original as O[K];
  };
}
