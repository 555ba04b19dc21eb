import { afterEach, describe, expect, it } from 'vitest';
import type { EventLog, LogRecord } from '../event-log/port.js';
import { LogUnavailableError } from '../event-log/port.js';
import { sampleRecord } from './samples.js';

/** What every event log must do. `make` gives a fresh, empty log for each test. */
export function eventLogContract(name: string, make: () => Promise<EventLog>): void {
  describe(`${name} keeps the promises of an event log`, () => {
    const open: EventLog[] = [];
    const fresh = async (): Promise<EventLog> => {
      const log = await make();
      open.push(log);
      return log;
    };
    afterEach(async () => {
      await Promise.all(open.splice(0).map((log) => log.close()));
    });

    it('gives the consumer every record, unchanged', async () => {
      const log = await fresh();
      const seen: LogRecord<'events_raw'>[] = [];
      await log.consume('events_raw', async (records) => {
        // What a log says of a record's place besides is its own.
        seen.push(...records.map(({ key, value }) => ({ key, value })));
      });
      const sent = [1, 2, 3].map((number) => sampleRecord(number));
      await log.append('events_raw', sent);
      await eventually(() => expect(seen).toEqual(sent));
    });

    it('keeps the order of one key through many concurrent appends', async () => {
      const log = await fresh();
      const seen = new Map<string, string[]>();
      await log.consume('events_raw', async (records) => {
        for (const { key, value } of records) {
          seen.set(key, [...(seen.get(key) ?? []), value.event.event_id]);
        }
        await Promise.resolve();
      });
      const sent = Array.from({ length: 60 }, (_, index) => sampleRecord(index, `k${index % 3}`));
      await Promise.all(sent.map((record) => log.append('events_raw', [record])));
      for (const key of ['k0', 'k1', 'k2']) {
        const expected = sent
          .filter((each) => each.key === key)
          .map((each) => each.value.event.event_id);
        await eventually(() => expect(seen.get(key)).toEqual(expected));
      }
    });

    it('tells how many records wait: none of what was handled, all of what was not', async () => {
      const log = await fresh();
      let release = () => {};
      const held = new Promise<void>((resolve) => (release = resolve));
      let handled = 0;
      const waiting = async () => (await log.lag('events_raw')).reduce((sum, each) => sum + each);
      await log.consume('events_raw', async (records) => {
        await held;
        handled += records.length;
      });
      const appended = log.append(
        'events_raw',
        [1, 2, 3].map((number) => sampleRecord(number)),
      );
      await eventually(async () => expect(await waiting()).toBe(3));
      release();
      await appended;
      await eventually(async () => expect(await waiting()).toBe(0));
      expect(handled).toBe(3);
    });

    it('keeps topics apart', async () => {
      const log = await fresh();
      const seen: string[] = [];
      await log.consume('events_raw', async (records) => {
        seen.push(...records.map(() => 'raw'));
      });
      await log.consume('events_dead', async (records) => {
        seen.push(...records.map(() => 'dead'));
      });
      await log.append('events_raw', [sampleRecord(1)]);
      await eventually(() => expect(seen).toEqual(['raw']));
    });

    it('takes an append of nothing', async () => {
      const log = await fresh();
      await log.consume('events_raw', async () => {});
      await expect(log.append('events_raw', [])).resolves.toBeUndefined();
    });

    it('refuses appends once it is closed, and says so as retriable', async () => {
      const log = await fresh();
      await log.consume('events_raw', async () => {});
      await log.consume('events_dead', async () => {});
      expect(log.isReady()).toBe(true);
      await log.close();
      expect(log.isReady()).toBe(false);
      await expect(log.append('events_raw', [sampleRecord(1)])).rejects.toBeInstanceOf(
        LogUnavailableError,
      );
    });
  });
}

/** A log may answer before its consumer has read: what was appended must only arrive soon. */
async function eventually(check: () => void | Promise<void>, withinMs = 10_000): Promise<void> {
  const end = Date.now() + withinMs;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
