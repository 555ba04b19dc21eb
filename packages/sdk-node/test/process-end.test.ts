import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createClient, type ClientOptions } from '../src/index.js';
import { openChildren, type Children } from './spawn-child.js';
import { startStubCollector, type StubCollector } from './stub-collector.js';

let collector: StubCollector;
let children: Children;

beforeAll(async () => {
  children = await openChildren();
});
afterAll(() => children.close());
beforeEach(async () => {
  collector = await startStubCollector();
});
afterEach(() => collector.close());

const arrived = () => collector.events().map(({ properties }) => Number(properties?.['nth']));
const upTo = (count: number) => Array.from({ length: count }, (_, nth) => nth);
const never = () => collector.answer(() => {});
const start = async (work: string, options: object = {}) => {
  const child = children.start(work, { endpoint: collector.url, ...options });
  await child.said(1);
  return child;
};

describe('given a process that has nothing left to do', () => {
  it('sends what waits, and ends', async () => {
    const child = await start('ends');
    expect(await child.ended).toBe(0);
    expect(arrived()).toEqual(upTo(10));
  });

  it('ends in time where nobody answers', async () => {
    never();
    const child = await start('ends', { exitTimeoutMs: 100, timeoutMs: 60_000 });
    expect(await child.ended).toBe(0);
  });

  it('does so in a thread, too', async () => {
    const child = children.start('thread', { endpoint: collector.url });
    expect(await child.ended).toBe(0);
    expect(arrived()).toEqual(upTo(10));
  });
});

describe.each(['SIGTERM', 'SIGINT'] as const)('given %s, and nobody else who listens', (signal) => {
  it('sends what waits, and ends by the same signal', async () => {
    const child = await start('serves');
    child.kill(signal);
    expect(await child.ended).toBe(signal);
    expect(arrived()).toEqual(upTo(10));
  });

  it('ends in time where nobody answers', async () => {
    never();
    const child = await start('serves', { exitTimeoutMs: 100, timeoutMs: 60_000 });
    child.kill(signal);
    expect(await child.ended).toBe(signal);
  });

  it('ends at once at a second one', async () => {
    let asked = () => {};
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    collector.answer(() => asked());
    const child = await start('serves', { exitTimeoutMs: 600_000, timeoutMs: 600_000 });
    child.kill(signal);
    await isAsked;
    child.kill(signal);
    expect(await child.ended).toBe(signal);
  });

  it('lets it be where it was told to', async () => {
    const child = await start('serves', { flushOnSignals: false });
    child.kill(signal);
    expect(await child.ended).toBe(signal);
    expect(arrived()).toEqual([]);
  });
});

describe('given a signal that somebody else listens to', () => {
  it('sends what waits, and leaves the process to them', async () => {
    const child = await start('listens');
    child.kill('SIGTERM');
    await child.said(2);
    await expect.poll(arrived).toEqual(upTo(10));
    child.kill('SIGTERM');
    expect(await child.ended).toBe(7);
    // Nobody sees a listener of ours beside their own.
    expect(child.lines).toEqual(['ready', 'heard 1', 'heard 1']);
  });

  it('does not keep those from ending the process who do so where nobody else listens', async () => {
    const child = await start('counts');
    child.kill('SIGTERM');
    expect(await child.ended).toBe('SIGTERM');
  });
});

describe('given many clients, of two copies of the package', () => {
  it('listens once, and warns of nothing', async () => {
    const child = await start('many');
    expect(await child.ended).toBe(0);
    expect(child.lines).toEqual(['listeners 1 1', 'ready']);
    expect(arrived().sort((a, b) => a - b)).toEqual(upTo(40));
  });

  it('sends what waits in all of them as a signal ends the process', async () => {
    const child = await start('many', { serves: true });
    await child.said(2);
    child.kill('SIGTERM');
    expect(await child.ended).toBe('SIGTERM');
    expect(arrived().sort((a, b) => a - b)).toEqual(upTo(40));
  });
});

describe('given a process that is stopped once a response is out', () => {
  const open = (waitUntil: ClientOptions['waitUntil']) =>
    createClient({
      apiKey: 'px_k',
      endpoint: collector.url,
      flags: false,
      log: { error: (...all) => said.push(all.join(' ')), warn() {} },
      ...(waitUntil && { waitUntil }),
    });
  let said: string[] = [];
  const ada = { userId: 'ada' };

  it('hands over one promise for what a turn tracked, within the call, that ends once it is sent', async () => {
    const promises: Promise<unknown>[] = [];
    const px = open((promise) => void promises.push(promise));
    px.track('a', {}, ada);
    expect(promises).toHaveLength(1);
    px.track('b', {}, ada);
    expect(promises).toHaveLength(1);
    await promises[0];
    expect(collector.events().map(({ event }) => event)).toEqual(['a', 'b']);
    px.track('c', {}, ada);
    expect(promises).toHaveLength(2);
    await promises[1];
    expect(collector.events()).toHaveLength(3);
    expect(collector.batches).toHaveLength(2);
    await px.shutdown();
  });

  it('sends all the same where it throws, and says so once', async () => {
    said = [];
    const px = open(() => {
      throw new Error('outside of a request');
    });
    px.track('a', {}, ada);
    await expect.poll(() => collector.events()).toHaveLength(1);
    px.track('b', {}, ada);
    await expect.poll(() => collector.events()).toHaveLength(2);
    expect(said.map((line) => line.slice(0, 32))).toEqual(['px: waitUntil failed; events are']);
    await px.shutdown();
  });
});
