const { hasOwnProperty } = Object.prototype;

/** What an object has under a name of its own; undefined for what it inherits, and for what is no object. */
export const own = (of: unknown, name: string): unknown =>
  typeof of === 'object' && of !== null && hasOwnProperty.call(of, name)
    ? (of as Record<string, unknown>)[name]
    : undefined;

/** Whether it is an object with names, rather than a list. */
export const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
