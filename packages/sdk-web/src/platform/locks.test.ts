import { createMemoryKeyValueStorage } from '@px-platform/sdk-core/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLocks } from './locks.js';

/** As in documents of opaque origin. */
const refusing = { request: () => Promise.reject(new Error('SecurityError')) };
/** Grants at once, as often as asked. */
const granting = (names: string[] = []) =>
  ({
    request: (name: string, _: LockOptions, run: () => Promise<void>) => {
      names.push(name);
      return run();
    },
  }) as Pick<LockManager, 'request'>;

const deferred = () => {
  let resolve = () => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
};

let page: EventTarget;
const fire = (type: string) => page.dispatchEvent(new Event(type));

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  page = new EventTarget();
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

// The real ones are proven in the browser, by two tabs.
describe.each([
  ['has no Web Locks', undefined],
  ['refuses Web Locks', refusing],
])('given a browser that %s', (_, manager) => {
  const setUp = (storage = createMemoryKeyValueStorage()) => ({
    storage,
    ...createLocks({ prefix: 'px:', manager, storage }),
  });

  it('runs one at a time, whatever becomes of each', async () => {
    const { exclusive, storage } = setUp();
    const order: string[] = [];
    const run = (name: string) => async () => {
      order.push(`${name} in`);
      await Promise.resolve();
      order.push(`${name} out`);
      if (name === 'a') throw new Error('failed');
    };
    const first = exclusive('drain', run('a')).catch(({ message }: Error) => message);
    await pass(0);
    const second = exclusive('drain', run('b'));
    await pass(11_000);
    await second;
    expect(await first).toBe('failed');
    expect(order).toEqual(['a in', 'a out', 'b in', 'b out']);
    expect(storage.keys()).toEqual([]);
  });

  it('gives it to one of two pages that ask at once', async () => {
    const storage = createMemoryKeyValueStorage();
    const pages = [setUp(storage), setUp(storage)];
    let inside = 0;
    let most = 0;
    const runs = pages.map(({ exclusive }) =>
      exclusive('drain', async () => {
        most = Math.max(most, ++inside);
        await new Promise((resolve) => setTimeout(resolve, 30_000));
        inside -= 1;
      }),
    );
    await pass(90_000);
    await Promise.all(runs);
    expect(most).toBe(1);
  });

  it('is held as long as it takes, and tells the next page as it ends', async () => {
    const storage = createMemoryKeyValueStorage();
    const [one, other] = [setUp(storage), setUp(storage)];
    const work = deferred();
    const events: string[] = [];
    const first = one.exclusive('drain', () => work.promise);
    await pass(100);
    const second = other.exclusive('drain', async () => void events.push('other'));
    await pass(60_000);
    expect(events).toEqual([]);
    work.resolve();
    await first;
    // Browsers tell the other pages of what changed in the store.
    fire('storage');
    await pass(100);
    await second;
    expect(events).toEqual(['other']);
  });

  it.each([
    ['died', '1005000 dead', 5_000],
    ['died before the clock was set back', '9000000 dead', 0],
    ['left nonsense', 'what?', 0],
  ])('takes it over from a page that %s', async (_, mark, waitMs) => {
    const { exclusive, storage } = setUp();
    storage.set('lock:drain', mark);
    let hasRun = false;
    const running = exclusive('drain', async () => void (hasRun = true));
    await pass(waitMs + 99);
    expect(hasRun).toBe(false);
    await pass(1);
    await running;
    expect(hasRun).toBe(true);
  });

  it('knows that it lost it to another page, and leaves that alone', async () => {
    const { exclusive, storage } = setUp();
    const work = deferred();
    let isHeld = () => false;
    const running = exclusive('drain', (held) => {
      isHeld = held;
      return work.promise;
    });
    await pass(100);
    expect(isHeld()).toBe(true);
    // As of a page in the background, whose timers sleep.
    vi.setSystemTime(Date.now() + 11_000);
    const mark = `${Date.now() + 10_000} other`;
    storage.set('lock:drain', mark);
    expect(isHeld()).toBe(false);
    await pass(4_000);
    work.resolve();
    await running;
    expect(storage.get('lock:drain')).toBe(mark);
  });

  it('lets go when the page is put away', async () => {
    const { exclusive, storage } = setUp();
    const work = deferred();
    let isHeld = () => false;
    const running = exclusive('drain', (held) => {
      isHeld = held;
      return work.promise;
    });
    await pass(100);
    fire('pagehide');
    await pass(0);
    expect([isHeld(), storage.keys()]).toEqual([false, []]);
    await pass(20_000);
    expect([isHeld(), storage.keys()]).toEqual([false, []]);
    work.resolve();
    await running;
  });

  it('has no timer when nobody holds or wants it', async () => {
    const { exclusive } = setUp();
    const running = exclusive('drain', async () => {});
    await pass(100);
    await running;
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('given Web Locks', () => {
  const setUp = (manager: Pick<LockManager, 'request'>) =>
    createLocks({ prefix: 'px:shop:', manager, storage: createMemoryKeyValueStorage() });

  it('does not run twice what failed inside the lock', async () => {
    const names: string[] = [];
    const { exclusive } = setUp(granting(names));
    let runs = 0;
    const failing = exclusive('drain', () => {
      runs += 1;
      return Promise.reject(new Error('failed'));
    });
    await expect(failing).rejects.toThrow('failed');
    expect({ runs, names }).toEqual({ runs: 1, names: ['px:shop:drain'] });
  });

  it('lets go when the page is put away, and still waits for what it ran', async () => {
    const granted: Promise<void>[] = [];
    const { exclusive } = setUp({
      request: (_: string, __: LockOptions, run: () => Promise<void>) => {
        granted.push(run());
        return granted[0];
      },
    } as unknown as Pick<LockManager, 'request'>);
    const work = deferred();
    let isHeld = () => false;
    let isOver = false;
    const running = exclusive('drain', (held) => {
      isHeld = held;
      return work.promise;
    }).then(() => (isOver = true));
    await pass(0);
    expect(isHeld()).toBe(true);
    fire('pagehide');
    await granted[0];
    await pass(0);
    expect([isHeld(), isOver]).toEqual([false, false]);
    work.resolve();
    await running;
  });

  it('does not wait for its turn while it is put away, and asks again when it is back', async () => {
    const asked: AbortSignal[] = [];
    const { exclusive } = setUp({
      request: (_: string, { signal }: LockOptions, run: () => Promise<void>) =>
        asked.push(signal!) === 1
          ? new Promise((_, reject) =>
              signal!.addEventListener('abort', () => reject(new Error('AbortError'))),
            )
          : run(),
    } as unknown as Pick<LockManager, 'request'>);
    let hasRun = false;
    const running = exclusive('drain', async () => void (hasRun = true));
    fire('pagehide');
    await pass(60_000);
    expect([asked.length, hasRun]).toEqual([1, false]);
    fire('pageshow');
    await running;
    expect([asked.length, hasRun]).toEqual([2, true]);
  });
});
