import { parseJson } from '../parse-json.js';
import type { KeyValueStorage } from '../platform.js';

/** An object kept under a key, which every tab reads and writes. */
export interface Kept<T extends object> {
  /** Empty where nothing is kept. Not to be changed. */
  get(): Readonly<Partial<T>>;
  set(value: T): void;
}

/** Creates it. Parsed anew only once the text is another. */
export function createKept<T extends object>(storage: KeyValueStorage, key: string): Kept<T> {
  let text: string | null = null;
  let value: Partial<T> = {};
  return {
    get() {
      const now = storage.get(key);
      if (now !== text) value = Object(parseJson((text = now))) as Partial<T>;
      return value;
    },
    set: (next) => void storage.set(key, JSON.stringify(next)),
  };
}
