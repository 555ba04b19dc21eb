import { mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventLogContract } from '../contract/event-log.js';
import { sampleDead, sampleRecord } from '../contract/samples.js';
import { awayLog } from '../../test/away-log.js';
import { quietLog } from '../../test/quiet-log.js';
import { until } from '../../test/until.js';
import { createDirectEventLog } from './direct.js';
import { LogUnavailableError, type EventLog, type LogRecord } from './port.js';
import { encodeFrame } from './spool-frames.js';
import {
  openSpooledEventLog,
  type SpooledEventLog,
  type SpooledEventLogOptions,
} from './spooled.js';

type Raw = LogRecord<'events_raw'>;

let dir: string;
const open_: SpooledEventLog[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'px-spool-'));
});
afterEach(async () => {
  await Promise.all(open_.splice(0).map((log) => log.close()));
  await rm(dir, { recursive: true, force: true });
});

async function openSpooled(log: EventLog, options: Partial<SpooledEventLogOptions> = {}) {
  const spooled = await openSpooledEventLog(log, { dir, probeMs: 10, log: quietLog, ...options });
  open_.push(spooled);
  return spooled;
}

const ids = (records: readonly Raw[]) => records.map(({ value }) => value.event.event_id);
const many = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => sampleRecord(from + n));
const segments = async () => (await readdir(dir)).filter((name) => name.endsWith('.spool'));

eventLogContract('the direct log behind a spool', async () =>
  openSpooledEventLog(createDirectEventLog(), {
    dir: await mkdtemp(join(dir, 'contract-')),
    log: quietLog,
  }),
);

describe('given a log that is there', () => {
  it('passes appends on, and touches no disk', async () => {
    const { log, state } = awayLog();
    const spooled = await openSpooled(log);
    const sent = many(0, 20);
    await spooled.append('events_raw', sent);
    expect(state.taken).toEqual(sent);
    expect(await segments()).toEqual([]);
    expect(spooled.spooled()).toEqual({
      bytes: 0,
      records: 0,
      oldestAt: null,
      damaged: 0,
      rejected: 0,
    });
  });
});

describe('given a log that goes away and comes back', () => {
  it('answers meanwhile, stays ready, and delivers all of it in order', async () => {
    const { log, state } = awayLog();
    const spooled = await openSpooled(log, { segmentBytes: 10_000 });
    state.isAway = true;
    const startedAt = Date.now();
    const sent = many(0, 200);
    for (let from = 0; from < 200; from += 5)
      await spooled.append('events_raw', sent.slice(from, from + 5));
    expect(spooled.isReady()).toBe(true);
    expect(spooled.spooled().records).toBe(200);
    expect(spooled.spooled().oldestAt).toBeGreaterThanOrEqual(startedAt);
    expect(spooled.spooled().oldestAt).toBeLessThanOrEqual(Date.now());
    expect((await segments()).length).toBeGreaterThan(3);
    state.isAway = false;
    await until(() => spooled.spooled().records === 0);
    expect(ids(state.taken)).toEqual(ids(sent));
    await until(async () => (await segments()).length === 0);
  });

  it('puts what comes while it drains behind what waits, and ends with an empty spool under steady load', async () => {
    const { log, state } = awayLog();
    const spooled = await openSpooled(log, { segmentBytes: 5_000 });
    state.isAway = true;
    let sent = 0;
    let isOver = false;
    const stream = (async () => {
      while (!isOver) {
        await spooled.append('events_raw', [sampleRecord(sent)]);
        sent += 1;
      }
    })();
    await until(() => sent > 300);
    state.isAway = false;
    await until(() => spooled.spooled().records === 0);
    const emptyAt = sent;
    await until(() => sent > emptyAt + 100);
    expect(spooled.spooled().records).toBe(0);
    isOver = true;
    await stream;
    expect(ids(state.taken)).toEqual(ids(many(0, sent)));
  });

  it('keeps topics', async () => {
    const { log, state } = awayLog();
    const spooled = await openSpooled(log);
    state.isAway = true;
    await spooled.append('events_raw', many(0, 2));
    await spooled.append('events_dead', [{ key: 'acme:shop:ana', value: sampleDead(1) }]);
    await spooled.append('events_raw', many(2, 1));
    state.isAway = false;
    await until(() => spooled.spooled().records === 0);
    expect(state.topics).toEqual(['events_raw', 'events_dead', 'events_raw']);
  });

  it('goes on with the rest where the log refuses a record for good, and keeps that one', async () => {
    const { log, state } = awayLog();
    const spooled = await openSpooled(log);
    state.isAway = true;
    const poison = sampleRecord(1, 'poison');
    await spooled.append('events_raw', [sampleRecord(0), poison, sampleRecord(2)]);
    state.refuses = 'poison';
    state.isAway = false;
    await until(() => spooled.spooled().records === 0);
    expect(ids(state.taken)).toEqual(ids([sampleRecord(0), sampleRecord(2)]));
    const kept = JSON.parse(await readFile(join(dir, 'rejected.jsonl'), 'utf8')) as Raw;
    expect(kept).toEqual({ topic: 'events_raw', ...poison });
    expect(spooled.spooled().rejected).toBe(1);
  });

  it('keeps the whole file where what is refused for good cannot be written down, and goes on', async () => {
    const { log, state } = awayLog();
    const spooled = await openSpooled(log);
    await mkdir(join(dir, 'rejected.jsonl'));
    state.isAway = true;
    await spooled.append('events_raw', [sampleRecord(0), sampleRecord(1, 'poison')]);
    const [name = ''] = await segments();
    state.refuses = 'poison';
    state.isAway = false;
    await until(async () => (await readdir(dir)).includes(`${name}.kept`));
    expect(ids(state.taken)).toEqual(ids([sampleRecord(0)]));
    expect(spooled.spooled()).toMatchObject({ bytes: 0, records: 0, rejected: 1 });
    expect(
      (await readFile(join(dir, `${name}.kept`))).includes(sampleRecord(1).value.event.event_id),
    ).toBe(true);
  });

  it('drains large events in appends that a broker takes, whatever the batches were', async () => {
    const { log, state } = awayLog();
    const spooled = await openSpooled(log);
    state.isAway = true;
    const large = (number: number) => {
      const { key, value } = sampleRecord(number);
      return { key, value: { ...value, user_agent: 'x'.repeat(20_000) } };
    };
    for (let n = 0; n < 100; n += 1) await spooled.append('events_raw', [large(n)]);
    await spooled.append(
      'events_raw',
      Array.from({ length: 100 }, (_, n) => large(100 + n)),
    );
    state.maxBytes = 1.1 * 1024 * 1024;
    state.isAway = false;
    await until(() => spooled.spooled().records === 0);
    expect(ids(state.taken)).toEqual(ids(many(0, 200)));
    expect(state.largest).toBeLessThan(state.maxBytes);
  });

  it('finds out how much a log takes that says of too much only that it takes none now', async () => {
    const { log, state } = awayLog();
    const spooled = await openSpooled(log);
    state.isAway = true;
    for (let n = 0; n < 200; n += 1) await spooled.append('events_raw', [sampleRecord(n)]);
    state.maxBytes = 5_000;
    state.isAway = false;
    await until(() => spooled.spooled().records === 0);
    expect(ids(state.taken)).toEqual(ids(many(0, 200)));
  });

  it.skipIf(process.platform === 'win32')('writes for nobody but its own user', async () => {
    const { log, state } = awayLog();
    const spooled = await openSpooled(log, { dir: join(dir, 'deep', 'spool') });
    state.isAway = true;
    await spooled.append('events_raw', many(0, 1));
    const modeOf = async (...path: string[]) =>
      (await stat(join(dir, 'deep', ...path))).mode & 0o777;
    expect(await modeOf('spool')).toBe(0o700);
    expect(await modeOf('spool', '000000000001.spool')).toBe(0o600);
  });
});

describe('given a spool that is full', () => {
  it('refuses, is not ready, and takes again once the log has taken some', async () => {
    const { log, state } = awayLog();
    const spooled = await openSpooled(log, { maxBytes: 20_000 });
    state.isAway = true;
    let sent = 0;
    const fill = async () => {
      for (;;) {
        await spooled.append('events_raw', [sampleRecord(sent)]);
        sent += 1;
      }
    };
    await expect(fill()).rejects.toBeInstanceOf(LogUnavailableError);
    expect(sent).toBeGreaterThan(5);
    expect(spooled.spooled().bytes).toBeLessThanOrEqual(20_000);
    expect(spooled.isReady()).toBe(false);
    state.isAway = false;
    await until(() => spooled.spooled().records === 0);
    expect(spooled.isReady()).toBe(true);
    await spooled.append('events_raw', [sampleRecord(sent)]);
    expect(ids(state.taken)).toEqual(ids(many(0, sent + 1)));
  });

  it('stays ready where only one append is too large for it, and nothing waits', async () => {
    const { log, state } = awayLog();
    const spooled = await openSpooled(log, { maxBytes: 20_000 });
    state.isAway = true;
    await expect(spooled.append('events_raw', many(0, 100))).rejects.toBeInstanceOf(
      LogUnavailableError,
    );
    expect(spooled.isReady()).toBe(true);
    await spooled.append('events_raw', many(0, 1));
  });
});

describe('given what an earlier process left', () => {
  async function leave(count: number, options: Partial<SpooledEventLogOptions> = {}) {
    const { log, state } = awayLog();
    state.isAway = true;
    const spooled = await openSpooled(log, options);
    for (let n = 0; n < count; n += 1) await spooled.append('events_raw', [sampleRecord(n)]);
    await open_.pop()?.close();
  }

  it('delivers it before anything new', async () => {
    await leave(50, { segmentBytes: 5_000 });
    const { log, state } = awayLog();
    const spooled = await openSpooled(log);
    await spooled.append('events_raw', [sampleRecord(50)]);
    await until(() => state.taken.length === 51);
    expect(ids(state.taken)).toEqual(ids(many(0, 51)));
  });

  it('is for one process at a time', async () => {
    const { log } = awayLog();
    await openSpooled(log);
    await expect(openSpooled(log)).rejects.toMatchObject({ code: 'directory_in_use' });
  });

  it.each([1, 7, 100, 300])(
    'delivers all but the last where its end is cut off by %i bytes',
    async (cut) => {
      await leave(10);
      const [name = ''] = await segments();
      const path = join(dir, name);
      const file = await open(path, 'r+');
      await file.truncate((await stat(path)).size - cut);
      await file.close();
      const { log, state } = awayLog();
      const spooled = await openSpooled(log);
      await until(() => spooled.spooled().records === 0);
      expect(ids(state.taken)).toEqual(ids(many(0, 9)));
    },
  );

  it('is not led astray by zeros that a file system put at the end', async () => {
    await leave(10);
    const [name = ''] = await segments();
    await writeFile(join(dir, name), Buffer.alloc(4_096), { flag: 'a' });
    const { log, state } = awayLog();
    const spooled = await openSpooled(log);
    await until(() => spooled.spooled().bytes === 0);
    expect(ids(state.taken)).toEqual(ids(many(0, 10)));
  });

  /** Changes the bytes of a file on the disk. */
  async function damage(name: string, change: (content: Buffer) => void) {
    const content = await readFile(join(dir, name));
    change(content);
    await writeFile(join(dir, name), content);
  }
  const placeOf = (content: Buffer, number: number) =>
    content.indexOf(sampleRecord(number).value.event.event_id);
  const FRAME_START = Buffer.from([0xff]);

  it.each([
    ['an event', (content: Buffer) => (content[placeOf(content, 4)] = 0x21)],
    [
      'how long an event is',
      (content: Buffer) => (content[content.lastIndexOf(FRAME_START, placeOf(content, 4)) + 6] = 9),
    ],
  ])(
    'passes over what the disk has changed in %s, delivers the rest, and keeps the file',
    async (_what, change) => {
      await leave(10);
      const [name = ''] = await segments();
      await damage(name, change);
      const { log, state } = awayLog();
      const spooled = await openSpooled(log);
      await until(async () => (await readdir(dir)).includes(`${name}.kept`));
      expect(ids(state.taken)).toEqual(ids([...many(0, 4), ...many(5, 5)]));
      expect(spooled.spooled()).toMatchObject({ bytes: 0, records: 0, damaged: 1 });
    },
  );

  it('puts no kept file in the place of another', async () => {
    for (const round of [1, 2]) {
      await leave(3);
      const [name = ''] = await segments();
      await damage(name, (content) => (content[placeOf(content, 1)] = 0x21));
      await openSpooled(awayLog().log);
      await until(async () => (await segments()).length === 0);
      await open_.pop()?.close();
      const kept = (await readdir(dir)).filter((each) => each.endsWith('.kept'));
      expect(kept).toHaveLength(round);
    }
  });

  it('starts, and delivers the rest, where a file cannot be read at all', async () => {
    await leave(50, { segmentBytes: 5_000 });
    const names = await segments();
    const lost = names[1] ?? '';
    await rm(join(dir, lost));
    await mkdir(join(dir, lost));
    const { log, state } = awayLog();
    const spooled = await openSpooled(log);
    await until(() => spooled.spooled().records === 0);
    await until(async () => (await segments()).length === 0);
    expect(await readdir(dir)).toContain(`${lost}.kept`);
    expect(spooled.spooled()).toMatchObject({ bytes: 0, damaged: 1 });
    const found = ids(state.taken);
    expect(found.length).toBeGreaterThan(30);
    expect(found).toEqual([...found].toSorted((a, b) => a.localeCompare(b)));
  });

  it('keeps an append that another version wrote, and goes on', async () => {
    await leave(2);
    const payload = Buffer.from('{"of":"tomorrow"}');
    const [name = ''] = await segments();
    const content = await readFile(join(dir, name));
    const foreign = encodeFrame('events_raw', []);
    // A frame that is whole, around something else.
    const header = Buffer.from(foreign.subarray(0, 20));
    header.writeUInt32LE(payload.length, 4);
    header.writeUInt32LE(crc32(payload), 12);
    header.writeUInt32LE(crc32(header.subarray(0, 16)), 16);
    await writeFile(join(dir, name), Buffer.concat([header, payload, content]));
    const { log, state } = awayLog();
    const spooled = await openSpooled(log);
    await until(async () => (await readdir(dir)).includes(`${name}.kept`));
    expect(ids(state.taken)).toEqual(ids(many(0, 2)));
    expect(spooled.spooled()).toMatchObject({ bytes: 0, records: 0, rejected: 1 });
  });
});
