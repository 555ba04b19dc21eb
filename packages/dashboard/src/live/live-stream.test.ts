import { describe, expect, it } from 'vitest';
import { fakeLiveEvent } from './fake-live-event.js';
import type { Arrival } from './live-feed.js';
import { type Connection, createLiveStream } from './live-stream.js';

function fakeSource() {
  const listeners = new Map<string, (event: MessageEvent<string>) => void>();
  return {
    readyState: 0,
    closed: false,
    addEventListener(type: string, listener: (event: MessageEvent<string>) => void) {
      listeners.set(type, listener);
    },
    close() {
      this.closed = true;
    },
    say(type: string, message: Partial<MessageEvent<string>> = {}) {
      listeners.get(type)?.(message as MessageEvent<string>);
    },
  };
}

function setUp({ allowed = true } = {}) {
  const sources: ReturnType<typeof fakeSource>[] = [];
  const heaps: (readonly Arrival[])[] = [];
  const connections: Connection[] = [];
  const timers: { run: () => void; ms: number; cancelled: boolean }[] = [];
  let refused = 0;
  const dispose = createLiveStream({
    open() {
      const source = fakeSource();
      sources.push(source);
      return source;
    },
    onArrivals: (heap) => heaps.push(heap),
    onConnection: (connection) => connections.push(connection),
    onRefused: () => {
      refused += 1;
    },
    isAllowed: () => Promise.resolve(allowed),
    setTimer(run, ms) {
      const timer = { run, ms, cancelled: false };
      timers.push(timer);
      return () => {
        timer.cancelled = true;
      };
    },
  });
  const close = async (source = sources.at(-1)!) => {
    source.readyState = 2;
    source.say('error');
    await Promise.resolve();
    await Promise.resolve();
  };
  return { sources, heaps, connections, timers, dispose, close, refused: () => refused };
}

const line = (id: string) => ({
  lastEventId: id,
  data: JSON.stringify(fakeLiveEvent({ event_id: id })),
});

describe('given an open stream', () => {
  it('hands events over in heaps, in their order', () => {
    const { sources, heaps, timers, connections } = setUp();
    sources[0]!.say('open');
    for (const id of ['1', '2', '3']) sources[0]!.say('live', line(id));
    expect(heaps).toEqual([]);
    expect(timers).toHaveLength(1);
    timers[0]!.run();
    expect(heaps[0]!.map(({ id }) => id)).toEqual(['1', '2', '3']);
    sources[0]!.say('live', line('4'));
    timers[1]!.run();
    expect(heaps[1]!.map(({ id }) => id)).toEqual(['4']);
    expect(connections).toEqual(['connecting', 'live']);
  });

  it('passes over a line that is not JSON', () => {
    const { sources, heaps, timers } = setUp();
    sources[0]!.say('live', { lastEventId: '1', data: '{"kind":' });
    sources[0]!.say('live', line('2'));
    timers[0]!.run();
    expect(heaps[0]!.map(({ id }) => id)).toEqual(['2']);
  });

  it('leaves a lost connection to the EventSource, which resumes from its last id', () => {
    const { sources, connections } = setUp();
    sources[0]!.say('open');
    sources[0]!.say('error');
    expect(connections.at(-1)).toBe('reconnecting');
    expect(sources).toHaveLength(1);
    sources[0]!.say('open');
    expect(connections.at(-1)).toBe('live');
  });
});

describe('given a stream that the server closed for good', () => {
  it('opens another, waiting longer each time, and starts over once one held', async () => {
    const { sources, timers, close } = setUp();
    for (const waitMs of [1_000, 2_000, 4_000, 8_000, 15_000, 15_000]) {
      await close();
      expect(timers.at(-1)!.ms).toBe(waitMs);
      timers.at(-1)!.run();
    }
    sources.at(-1)!.say('open');
    await close();
    expect(timers.at(-1)!.ms).toBe(1_000);
  });

  it('gives up where the reader has no access', async () => {
    const { sources, timers, close, refused } = setUp({ allowed: false });
    await close();
    expect(refused()).toBe(1);
    expect(timers).toHaveLength(0);
    expect(sources).toHaveLength(1);
  });
});

describe('given a disposed stream', () => {
  it('closes the source, cancels its timers and says no more', async () => {
    const { sources, timers, dispose, close, connections, heaps } = setUp();
    sources[0]!.say('live', line('1'));
    dispose();
    expect(sources[0]!.closed).toBe(true);
    expect(timers.every(({ cancelled }) => cancelled)).toBe(true);
    sources[0]!.say('live', line('2'));
    await close();
    expect(timers).toHaveLength(1);
    expect(heaps).toEqual([]);
    expect(connections).toEqual(['connecting']);
  });
});
