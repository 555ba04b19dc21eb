import type { JsonValue } from '@px-platform/protocol';
import type { KeyValueStorage } from '../platform.js';
import { createKept } from './kept.js';
import type { FlagOverrides } from './verbs.js';

/** What a tester has said, for as long as the visit is. */
export interface Overrides {
  get(): Required<FlagOverrides>;
  set(overrides: FlagOverrides | null): void;
  /** An event says which session it is. */
  note(session: string | null | undefined): void;
}

interface Kept extends FlagOverrides {
  /** None before the visit's first event. */
  readonly session?: string | null | undefined;
}

const KEY = 'flag_overrides';
const PARAMETER = /[?&]px_(flag|exp)\.([^=&#]+)=([^&#]*)/g;

/** Creates them, with those of the page's address. */
export function createOverrides({
  storage,
  address,
  session,
  warn,
}: {
  readonly storage: KeyValueStorage;
  readonly address: string;
  readonly session: () => string | undefined;
  /** Told of what there is. */
  readonly warn: (overrides: FlagOverrides) => void;
}): Overrides {
  const kept = createKept<Kept>(storage, KEY);
  const get = () => {
    const { session: of = session(), flags = {}, experiments = {} } = kept.get();
    return of === session() ? { flags, experiments } : { flags: {}, experiments: {} };
  };
  const set = (overrides: FlagOverrides | null) => {
    if (!overrides) return storage.remove(KEY);
    kept.set({ ...overrides, session: session() });
    warn(overrides);
  };

  const flags: Record<string, JsonValue> = {};
  const experiments: Record<string, string> = {};
  for (const [, kind, name = '', value = ''] of address.matchAll(PARAMETER)) {
    if (kind === 'flag') flags[decode(name)] = toValue(decode(value));
    else experiments[decode(name)] = decode(value);
  }
  const earlier = get();
  const all = {
    flags: { ...earlier.flags, ...flags },
    experiments: { ...earlier.experiments, ...experiments },
  };
  if (Object.keys({ ...all.flags, ...all.experiments }).length > 0) set(all);

  return {
    get,
    set,
    note(id) {
      const { session: of, ...overrides } = kept.get();
      if (!of && storage.get(KEY)) kept.set({ ...overrides, session: id });
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
