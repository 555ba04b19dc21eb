type Made = readonly [text: string, make: unknown, result: unknown];
const made = new WeakMap<object, Made>();

/**
 * What is made of a text, remembered for the object that the text stands in, and gone when that is gone. The last one of
 * each: another text makes it anew.
 */
export const madeOnce = <T>(owner: object, text: string, make: (text: string) => T): T => {
  let known = made.get(owner);
  if (known?.[0] !== text || known[1] !== make) made.set(owner, (known = [text, make, make(text)]));
  return known[2] as T;
};
