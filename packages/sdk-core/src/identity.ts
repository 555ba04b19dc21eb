import { LIMITS } from '@px-platform/protocol';
import type { KeyValueStorage } from './platform.js';

/** Who an event is from. */
export interface Ids {
  readonly anonymousId: string;
  readonly userId: string | null;
}

/** The device's id, and the person's once known. Shared by every tab through storage. */
export interface Identity {
  get(): Ids;
  setUser(userId: string): void;
  /** Forgets the person and the device: the next event is a stranger's. */
  forget(): void;
}

/** Where the device's id is kept. */
export const ANONYMOUS_KEY = 'anonymous_id';
/** Where the person's id is kept. */
export const USER_KEY = 'user_id';

/** What broken code sends in place of an id. Each would merge many people into one. */
const IMPOSSIBLE_IDS: ReadonlySet<string> = new Set([
  '',
  '0',
  'null',
  'undefined',
  'nan',
  'none',
  'nil',
  'true',
  'false',
  '[object object]',
  'anonymous',
  'guest',
]);

/** Creates the identity. Read from storage at every event, so that a sign-in in one tab holds in all. */
export function createIdentity({
  storage,
  createId,
}: {
  readonly storage: KeyValueStorage;
  readonly createId: () => string;
}): Identity {
  return {
    get() {
      let anonymousId = storage.get(ANONYMOUS_KEY);
      if (!anonymousId) {
        anonymousId = createId();
        storage.set(ANONYMOUS_KEY, anonymousId);
      }
      return { anonymousId, userId: storage.get(USER_KEY) };
    },
    setUser: (userId) => storage.set(USER_KEY, userId),
    forget() {
      storage.remove(ANONYMOUS_KEY);
      storage.remove(USER_KEY);
    },
  };
}

/** The id as the wire carries it, or null where it cannot be one person's. */
export function parseUserId(value: unknown): string | null {
  if (typeof value === 'number' && Number.isFinite(value) && value !== 0) return String(value);
  if (typeof value !== 'string' || value.length > LIMITS.idLength) return null;
  return IMPOSSIBLE_IDS.has(value.trim().toLowerCase()) ? null : value;
}
