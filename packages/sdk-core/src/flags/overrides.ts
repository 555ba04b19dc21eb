import type { JsonValue } from '@px-platform/protocol';
import type { KeyValueStorage } from '../platform.js';
import { createKept } from './kept.js';
import type { FlagOverrides } from './verbs.js';

/** What a tester has said, for as long as the visit is. */
export interface Overrides {
  get(): Required<FlagOverrides>;
  set(overrides: FlagOverrides | null): void;
  /** An event says which session it is now. */
  note(session: string | null | undefined): void;
}

interface Kept extends FlagOverrides {
  /** None before the visit's first event. */
  readonly session?: string | null | undefined;
}

const KEY = 'flag_overrides';
const PARAMETER = /[?&]px_(flag|exp)\.([^=&#]+)=([^&#]*)/g;

/** Creates them, with those of the page's address. */
export function createOverrides(
  storage: KeyValueStorage,
  address: string,
  /** Told as long as there are any. */
  warn: (overrides: FlagOverrides) => void,
): Overrides {
  const kept = createKept<Kept>(storage, KEY);
  const set = (overrides: Kept | null) => {
    storage.remove(KEY);
    if (overrides) kept.set(overrides);
  };
  const get = () => {
    const { flags = {}, experiments = {} } = kept.get();
    return { flags, experiments };
  };
  const tell = () => {
    if (storage.get(KEY)) warn(get());
  };

  const asked = { flag: {} as Record<string, JsonValue>, exp: {} as Record<string, string> };
  const found = [...address.matchAll(PARAMETER)];
  for (const [, kind, name = '', value = ''] of found) {
    if (kind === 'flag') asked.flag[decode(name)] = toValue(decode(value));
    else asked.exp[decode(name)] = decode(value);
  }
  if (found.length > 0) {
    const { flags, experiments } = get();
    set({ flags: { ...flags, ...asked.flag }, experiments: { ...experiments, ...asked.exp } });
  }
  tell();

  return {
    get,
    set(overrides) {
      set(overrides);
      tell();
    },
    note(session) {
      const { session: then, ...overrides } = kept.get();
      if (!storage.get(KEY) || then === session) return;
      set(then ? null : { ...overrides, session });
    },
  };
}

/** JSON, or else text. */
function toValue(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    return text;
  }
}
