import { describe, expect, it } from 'vitest';
import type { AcceptedEvent, DeadEvent } from '@px-platform/protocol';
import { EventStoreError, LogUnavailableError, type LogRecord } from '@px-platform/store';
import { sampleId, sampleRecord } from '@px-platform/store/contract';
import { isolatePoison } from './isolate-poison.js';
import { soundLetter } from './sound-letter.js';

type Raw = LogRecord<'events_raw'>;

/** A processor that fails as `fault` says of each event, and what came of it. */
function setUp(fault: (id: string) => Error | null) {
  const stored: string[] = [];
  const dead: DeadEvent[] = [];
  const handle = isolatePoison({
    async processBatch(batch: readonly AcceptedEvent[]) {
      for (const { event } of batch) {
        const error = fault(event.event_id);
        if (error) throw error;
      }
      stored.push(...batch.map(({ event }) => event.event_id));
    },
    bury: async (letters) => void dead.push(...letters),
    clock: () => 7,
    log: { info() {}, warn() {}, error() {} },
    sleep: async () => {},
  });
  return { handle, stored, dead };
}
const many = (from: number, count: number): Raw[] =>
  Array.from({ length: count }, (_, index) => sampleRecord(from + index));
const poisonous = (numbers: readonly number[], error: Error) => (id: string) =>
  numbers.some((number) => sampleId(number) === id) ? error : null;

describe('given a batch with an event on which processing fails for what it is', () => {
  it.each([
    ['a step of ours that cannot read it', new TypeError('x is not a function')],
    ['Postgres, which takes no such text', Object.assign(new Error('0x00'), { code: '22021' })],
    ['a constraint', Object.assign(new Error('no such project'), { code: '23503' })],
    ['a sink that refuses it', new EventStoreError('refused', 'bad link')],
    [
      'the same behind another error',
      new Error('wrapped', { cause: new RangeError('Invalid time value') }),
    ],
  ])('sets that one aside, and stores all others once: %s', async (_title, error) => {
    const { handle, stored, dead } = setUp(poisonous([3, 11], error));
    const batch = many(0, 20).map((record, offset) => ({
      ...record,
      at: `events_raw/4/${100 + offset}`,
    }));
    await handle(batch);
    expect(stored).toHaveLength(18);
    expect(new Set(stored).size).toBe(18);
    expect(dead.map(({ event_id }) => event_id)).toEqual([sampleId(3), sampleId(11)]);
    expect(dead[0]).toMatchObject({
      tenant_id: 'acme',
      project_id: 'shop',
      event_name: 'click',
      stage: 'processor',
      code: 'not_storable',
      attempts: 1,
      at: 7,
      message: expect.stringContaining('it stands at events_raw/4/103'),
    });
    expect(JSON.parse(dead[0]?.body ?? '')).toMatchObject({ event: 'click', user_id: 'ana' });
  });

  it('sets aside one that comes alone, once anything was ever processed', async () => {
    const { handle, dead } = setUp(poisonous([1], new TypeError('x')));
    await handle(many(0, 1));
    await handle(many(1, 1));
    expect(dead).toHaveLength(1);
  });

  it('is not hasty where it passes at another try', async () => {
    let failures = 2;
    const { handle, stored, dead } = setUp((id) =>
      id === sampleId(1) && failures-- > 0 ? new TypeError('once') : null,
    );
    await handle(many(0, 4));
    expect([stored.length, dead.length]).toEqual([4, 0]);
  });
});

describe('given a fault that is nobody’s data', () => {
  it.each([
    ['the store is away', new EventStoreError('unavailable', 'away')],
    ['the log is away', new LogUnavailableError('away')],
    ['a connection breaks', Object.assign(new Error('reset'), { code: 'ECONNRESET' })],
    ['Postgres shuts down', Object.assign(new Error('down'), { code: '57P01' })],
    ['nobody knows', new Error('something')],
    [
      'fetch fails',
      new TypeError('fetch failed', {
        cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }),
      }),
    ],
  ])('sets nothing aside: %s', async (_title, error) => {
    const { handle, dead } = setUp(poisonous([2], error));
    await handle(many(10, 3));
    await expect(handle(many(0, 5))).rejects.toBe(error);
    expect(dead).toEqual([]);
  });

  it('takes a fault that meets every event from the start for ours, and holds them', async () => {
    const { handle, dead } = setUp(() => new TypeError('a bad release'));
    for (let call = 0; call < 30; call += 1)
      await expect(handle(many(0, 20))).rejects.toThrow('a bad release');
    expect(dead).toEqual([]);
  });

  it('is not held for ever by a few at the head of a log that nothing was read of yet', async () => {
    const { handle, dead } = setUp(() => new TypeError('x'));
    for (let call = 1; call < 10; call += 1) await expect(handle(many(0, 2))).rejects.toThrow('x');
    await handle(many(0, 2));
    expect(dead).toHaveLength(2);
  });
});

describe('given records that are no events', () => {
  it('sets them aside with what they are and where they stand, and goes on', async () => {
    const { handle, stored, dead } = setUp(() => null);
    const broken = [
      {},
      { schema_version: 1, event: {} },
      { ...sampleRecord(1).value, event: { event_id: 'x', event: 'y' } },
      { ...sampleRecord(1).value, timestamp: null },
      [],
    ].map((value, offset) => ({
      key: 'acme:shop:ana',
      value: value as unknown as AcceptedEvent,
      at: `events_raw/0/${offset}`,
    }));
    await handle([...many(5, 2), ...broken]);
    expect(stored).toEqual([sampleId(5), sampleId(6)]);
    expect(dead).toHaveLength(5);
    expect(dead[1]).toMatchObject({
      tenant_id: 'acme',
      project_id: 'shop',
      event_id: null,
      body: '{"schema_version":1,"event":{}}',
      message: expect.stringMatching(/no event as collectors write them.*events_raw\/0\/1/),
    });
  });

  it('makes a letter of whatever stands among the dead', () => {
    expect(
      soundLetter({ attempts: -1, at: 'x', body: { a: 1 } } as unknown as DeadEvent, 9),
    ).toEqual({
      tenant_id: '',
      project_id: '',
      event_id: null,
      event_name: '',
      stage: '',
      code: '',
      message: '',
      body: '{"a":1}',
      attempts: 1,
      at: 9,
    });
  });
});
