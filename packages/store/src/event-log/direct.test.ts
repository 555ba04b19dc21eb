import { describe, expect, it } from 'vitest';
import { eventLogContract } from '../contract/event-log.js';
import { sampleDead, sampleRecord } from '../contract/samples.js';
import { createDirectEventLog } from './direct.js';
import type { LogRecord } from './port.js';
import { LogUnavailableError } from './port.js';

type Raw = LogRecord<'events_raw'>;

/** A consumer whose calls are held until the test lets each of them go. */
function heldConsumer() {
  const calls: { ids: string[]; succeed: () => void; fail: (error: Error) => void }[] = [];
  const handler = (records: readonly Raw[]): Promise<void> =>
    new Promise((resolve, reject) => {
      const ids = records.map(({ value }) => String(value.client_timestamp % 1_000));
      calls.push({ ids, succeed: resolve, fail: reject });
    });
  return { calls, handler };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));
const records = (...numbers: number[]): Raw[] => numbers.map((number) => sampleRecord(number));

eventLogContract('the direct log', async () => createDirectEventLog());

describe('given a consumer that is busy', () => {
  it('answers an append only when the consumer has resolved for its records', async () => {
    const log = createDirectEventLog();
    const { calls, handler } = heldConsumer();
    await log.consume('events_raw', handler);
    let answered = false;
    const append = log.append('events_raw', records(1)).then(() => (answered = true));
    await turn();
    expect(answered).toBe(false);
    calls[0]?.succeed();
    await append;
    expect(answered).toBe(true);
  });

  it('sends what queued up meanwhile together in the next call', async () => {
    const log = createDirectEventLog();
    const { calls, handler } = heldConsumer();
    await log.consume('events_raw', handler);
    const first = log.append('events_raw', records(1));
    await turn();
    const others = [2, 3, 4].map((number) => log.append('events_raw', records(number)));
    await turn();
    expect(calls.map(({ ids }) => ids)).toEqual([['1']]);
    calls[0]?.succeed();
    await first;
    await turn();
    expect(calls[1]?.ids).toEqual(['2', '3', '4']);
    calls[1]?.succeed();
    await Promise.all(others);
  });

  it('cuts groups at maxBatch without splitting an append, unless it alone is larger', async () => {
    const log = createDirectEventLog({ maxBatch: 3 });
    const sizes: number[] = [];
    await log.consume('events_raw', async (batch) => {
      sizes.push(batch.length);
    });
    await Promise.all([
      log.append('events_raw', records(1, 2)),
      log.append('events_raw', records(3, 4)),
      log.append('events_raw', records(5)),
      log.append('events_raw', records(6, 7, 8, 9, 10, 11, 12)),
    ]);
    expect(sizes).toEqual([2, 3, 3, 3, 1]);
  });

  it('refuses beyond maxPending, at once and retriably, and takes appends again afterwards', async () => {
    const log = createDirectEventLog({ maxPending: 3 });
    await log.consume('events_dead', async () => {});
    const { calls, handler } = heldConsumer();
    await log.consume('events_raw', handler);
    const taken = log.append('events_raw', records(1, 2));
    await expect(log.append('events_raw', records(3, 4))).rejects.toThrow(/2 records are waiting/);
    const last = log.append('events_raw', records(5));
    expect(log.isReady()).toBe(false);
    await turn();
    calls[0]?.succeed();
    await taken;
    await turn();
    calls[1]?.succeed();
    await last;
    expect(log.isReady()).toBe(true);
  });

  it('takes one append of any size when nothing waits', async () => {
    const log = createDirectEventLog({ maxPending: 2 });
    await log.consume('events_raw', async () => {});
    await expect(log.append('events_raw', records(1, 2, 3, 4))).resolves.toBeUndefined();
  });

  it('drains on close, answering what it had taken', async () => {
    const log = createDirectEventLog();
    const { calls, handler } = heldConsumer();
    await log.consume('events_raw', handler);
    const taken = log.append('events_raw', records(1));
    let closed = false;
    const closing = log.close().then(() => (closed = true));
    await turn();
    expect(closed).toBe(false);
    calls[0]?.succeed();
    await expect(taken).resolves.toBeUndefined();
    await closing;
  });

  it('drains and then detaches the consumer on disposal, and lets another one in', async () => {
    const log = createDirectEventLog();
    const { calls, handler } = heldConsumer();
    const dispose = await log.consume('events_raw', handler);
    const taken = log.append('events_raw', records(1));
    await turn();
    const disposing = Promise.resolve(dispose());
    await expect(log.append('events_raw', records(2))).rejects.toBeInstanceOf(LogUnavailableError);
    calls[0]?.succeed();
    await taken;
    await disposing;
    await log.consume('events_raw', async () => {});
    await dispose(); // A second disposal must not take the new consumer away.
    await expect(log.append('events_raw', records(3))).resolves.toBeUndefined();
  });
});

describe('given a consumer that fails', () => {
  it('rejects the append as retriable, with the reason, and goes on with the next', async () => {
    const log = createDirectEventLog();
    let failing = true;
    await log.consume('events_raw', async () => {
      if (failing) throw new Error('disk full');
    });
    const failure = await log.append('events_raw', records(1)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(LogUnavailableError);
    expect((failure as Error).message).toContain('disk full');
    expect(((failure as Error).cause as Error).message).toBe('disk full');
    failing = false;
    await expect(log.append('events_raw', records(2))).resolves.toBeUndefined();
  });

  it('gives each append of a failed group its own answer', async () => {
    const log = createDirectEventLog();
    const stored: number[] = [];
    await log.consume('events_raw', async (batch) => {
      const numbers = batch.map(({ value }) => value.client_timestamp % 1_000);
      if (numbers.includes(13)) throw new Error('thirteen');
      stored.push(...numbers);
    });
    const answers = await Promise.allSettled(
      [11, 12, 13, 14].map((number) => log.append('events_raw', records(number))),
    );
    expect(answers.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(stored).toEqual([11, 12, 14]);
  });

  it('stops trying one by one when the consumer plainly fails for everyone', async () => {
    const log = createDirectEventLog();
    let calls = 0;
    await log.consume('events_raw', async () => {
      calls += 1;
      throw new Error('store is down');
    });
    const answers = await Promise.allSettled(
      Array.from({ length: 50 }, (_, number) => log.append('events_raw', records(number))),
    );
    expect(answers.every(({ status }) => status === 'rejected')).toBe(true);
    expect(calls).toBe(4); // The group, and three of its appends.
  });

  it('takes a handler that throws before its first await like any other failure', async () => {
    const log = createDirectEventLog();
    await log.consume('events_raw', () => {
      throw new Error('at once');
    });
    await expect(log.append('events_raw', records(1))).rejects.toThrow(/at once/);
  });
});

describe('given topics nobody consumes', () => {
  it('refuses events_raw and events_dead, and is not ready', async () => {
    const log = createDirectEventLog();
    expect(log.isReady()).toBe(false);
    await expect(log.append('events_raw', records(1))).rejects.toThrow(/nothing is consuming/);
    await expect(log.append('events_dead', [])).resolves.toBeUndefined();
  });

  it('lets optional topics pass, and delivers them once somebody listens', async () => {
    const log = createDirectEventLog({ optionalTopics: ['events_raw'] });
    await expect(log.append('events_raw', records(1))).resolves.toBeUndefined();
    const seen: Raw[] = [];
    await log.consume('events_raw', async (batch) => {
      seen.push(...batch);
    });
    await log.append('events_raw', records(2));
    expect(seen).toEqual(records(2));
  });

  it('refuses a second consumer of a topic', async () => {
    const log = createDirectEventLog();
    await log.consume('events_raw', async () => {});
    await expect(log.consume('events_raw', async () => {})).rejects.toThrow(
      /has a consumer already/,
    );
  });
});

it('names the option and the value when an option makes no sense', () => {
  expect(() => createDirectEventLog({ maxBatch: 0 })).toThrow(/maxBatch .* got 0/);
});

it('lets a consumer append to another topic from inside its handler', async () => {
  const log = createDirectEventLog();
  let dead = 0;
  await log.consume('events_dead', async () => {
    dead += 1;
  });
  await log.consume('events_raw', async () => {
    await log.append('events_dead', [{ key: 'k', value: sampleDead(1) }]);
  });
  await log.append('events_raw', records(1));
  expect(dead).toBe(1);
});
