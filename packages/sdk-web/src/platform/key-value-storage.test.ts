import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createKeyValueStorage } from './key-value-storage.js';

const endOfTurn = () => new Promise((resolve) => setTimeout(resolve));

/** A localStorage that counts; with `isFull` it refuses what is new. */
function fakeStore() {
  const values: Record<string, string> = {};
  const calls = { reads: 0, writes: 0 };
  const methods = {
    isFull: false,
    getItem(key: string) {
      calls.reads += 1;
      return values[key] ?? null;
    },
    setItem(key: string, value: string) {
      calls.writes += 1;
      if (methods.isFull) throw new DOMException('full', 'QuotaExceededError');
      values[key] = value;
    },
    removeItem: (key: string) => void delete values[key],
  };
  // As the real one does, it lists its keys and not its methods.
  const store = Object.create(methods) as object;
  const proxy = new Proxy(store, {
    ownKeys: () => Object.keys(values),
    getOwnPropertyDescriptor: (_, key) =>
      Object.getOwnPropertyDescriptor(values, key) && { configurable: true, enumerable: true },
  });
  return { values, calls, methods, proxy };
}

let fake: ReturnType<typeof fakeStore>;

beforeEach(() => {
  fake = fakeStore();
  vi.stubGlobal('localStorage', fake.proxy);
});
afterEach(() => vi.unstubAllGlobals());

describe('given many changes of a value within a turn', () => {
  it('writes the first at once and the last as the turn ends', async () => {
    const storage = createKeyValueStorage({ prefix: 'p:' });
    storage.set('seq', '1');
    expect(fake.values).toEqual({ 'p:seq': '1' });
    for (let seq = 2; seq <= 100; seq++) storage.set('seq', String(seq));
    expect(storage.get('seq')).toBe('100');
    await endOfTurn();
    expect(fake.values).toEqual({ 'p:seq': '100' });
    expect(fake.calls.writes).toBe(2);
  });

  it('writes what is large at once, and says whether it was kept', () => {
    const storage = createKeyValueStorage({ prefix: 'p:' });
    const large = 'x'.repeat(10_000);
    expect(storage.set('queue', 'small')).toBe(true);
    expect(storage.set('queue', large)).toBe(true);
    expect(fake.values).toEqual({ 'p:queue': large });
    fake.methods.isFull = true;
    expect(storage.set('queue', large + large)).toBe(false);
    expect(storage.get('queue')).toBe(large + large);
  });

  it('reads it once, and again in the next turn: another tab may have changed it', async () => {
    const storage = createKeyValueStorage({ prefix: 'p:' });
    for (let index = 0; index < 100; index++) expect(storage.get('user')).toBeNull();
    expect(fake.calls.reads).toBe(1);
    await endOfTurn();
    fake.values['p:user'] = 'someone';
    expect(storage.get('user')).toBe('someone');
  });

  it('takes away at once, and for good', async () => {
    const storage = createKeyValueStorage({ prefix: 'p:' });
    storage.set('user', 'a');
    storage.set('user', 'b');
    storage.remove('user');
    expect(fake.values).toEqual({});
    expect(storage.get('user')).toBeNull();
    await endOfTurn();
    expect(fake.values).toEqual({});
    expect(storage.get('user')).toBeNull();
  });

  it('lists every key, whatever is still to be written', () => {
    const storage = createKeyValueStorage({ prefix: 'p:' });
    fake.values['else:x'] = '1';
    storage.set('a', '1');
    storage.set('a', '2');
    storage.set('b', '1');
    expect(storage.keys()).toEqual(['a', 'b']);
  });
});

describe('given a store that is full', () => {
  it('keeps the last value in memory, through the end of the turn and after', async () => {
    const storage = createKeyValueStorage({ prefix: 'p:' });
    fake.methods.isFull = true;
    expect(storage.set('a', '1')).toBe(false);
    expect(storage.set('a', '2')).toBe(false);
    await endOfTurn();
    expect(storage.get('a')).toBe('2');
    expect(storage.keys()).toEqual(['a']);
    fake.methods.isFull = false;
    storage.set('a', '3');
    await endOfTurn();
    expect(storage.get('a')).toBe('3');
    expect(fake.values).toEqual({ 'p:a': '3' });
  });
});
