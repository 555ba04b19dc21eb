import { LIMITS } from '@px-platform/protocol';

/** What a walk over an event's own data found. The walk stops at the first fault. */
export interface Measure {
  readonly keys: number;
  readonly fault:
    | { readonly kind: 'forbidden_key'; readonly path: string }
    | { readonly kind: 'properties_too_deep'; readonly path: string }
    | { readonly kind: 'property_key_too_long'; readonly path: string; readonly length: number }
    | null;
}

/**
 * Counts keys and looks for what cannot be stored, without recursing further than the limit:
 * the input may be nested a hundred thousand levels deep.
 */
export function measure(root: object, rootPath: string): Measure {
  let keys = 0;
  let fault: Measure['fault'] = null;

  const visit = (value: object, path: string, depth: number): boolean => {
    for (const key of Object.keys(value)) {
      const at = Array.isArray(value) ? `${path}[${key}]` : `${path}.${key.slice(0, 40)}`;
      if (!Array.isArray(value)) {
        keys += 1;
        if (key === '__proto__') {
          fault = { kind: 'forbidden_key', path: at };
          return false;
        }
        if (key.length > LIMITS.keyLength) {
          fault = { kind: 'property_key_too_long', path: at, length: key.length };
          return false;
        }
      }
      const child: unknown = (value as Record<string, unknown>)[key];
      if (typeof child === 'object' && child !== null) {
        if (depth >= LIMITS.depth) {
          fault = { kind: 'properties_too_deep', path: at };
          return false;
        }
        if (!visit(child, at, depth + 1)) return false;
      }
    }
    return true;
  };

  visit(root, rootPath, 1);
  return { keys, fault };
}
