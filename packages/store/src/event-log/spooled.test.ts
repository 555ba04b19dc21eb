import { execFileSync } from 'node:child_process';
import { mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventLogContract } from '../contract/event-log.js';
import { sampleDead, sampleRecord } from '../contract/samples.js';
import { quietLog } from '../../test/quiet-log.js';
import { spawnChild } from '../../test/spawn-child.js';
import { until } from '../../test/until.js';
import { createDirectEventLog } from './direct.js';
import { LogUnavailableError, type EventLog, type LogRecord } from './port.js';
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

/** A log that can be away, and has what it was given in order. */
function fakeLog() {
  const state = { isAway: false, refuses: '', taken: [] as Raw[], topics: [] as string[] };
  const log: EventLog = {
    async append(topic, records) {
      // It answers later, as a broker does.
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (state.isAway) throw new LogUnavailableError('the broker is away');
      if (records.some(({ key }) => key === state.refuses)) throw new TypeError('no such record');
      state.taken.push(...(records as readonly Raw[]));
      state.topics.push(topic);
    },
    consume: () => Promise.reject(new Error('not here')),
    lag: async () => 0,
    isReady: () => !state.isAway,
    close: async () => {},
  };
  return { log, state };
}

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
    const { log, state } = fakeLog();
    const spooled = await openSpooled(log);
    const sent = many(0, 20);
    await spooled.append('events_raw', sent);
    expect(state.taken).toEqual(sent);
    expect(await segments()).toEqual([]);
    expect(spooled.spooled()).toEqual({ bytes: 0, records: 0 });
  });
});

describe('given a log that goes away and comes back', () => {
  it('answers meanwhile, stays ready, and delivers all of it in order', async () => {
    const { log, state } = fakeLog();
    const spooled = await openSpooled(log, { segmentBytes: 10_000 });
    state.isAway = true;
    const sent = many(0, 200);
    for (let from = 0; from < 200; from += 5)
      await spooled.append('events_raw', sent.slice(from, from + 5));
    expect(spooled.isReady()).toBe(true);
    expect(spooled.spooled().records).toBe(200);
    expect((await segments()).length).toBeGreaterThan(3);
    state.isAway = false;
    await until(() => spooled.spooled().records === 0);
    expect(ids(state.taken)).toEqual(ids(sent));
    await until(async () => (await segments()).length === 0);
  });

  it('puts what comes while it drains behind what waits, and ends with an empty spool under steady load', async () => {
    const { log, state } = fakeLog();
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
    const { log, state } = fakeLog();
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
    const { log, state } = fakeLog();
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
  });
});

describe('given a spool that is full', () => {
  it('refuses, is not ready, and takes again once the log has taken some', async () => {
    const { log, state } = fakeLog();
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
    state.isAway = false;
    await until(() => spooled.spooled().records === 0);
    await spooled.append('events_raw', [sampleRecord(sent)]);
    expect(ids(state.taken)).toEqual(ids(many(0, sent + 1)));
  });
});

describe('given what an earlier process left', () => {
  async function leave(count: number, options: Partial<SpooledEventLogOptions> = {}) {
    const { log, state } = fakeLog();
    state.isAway = true;
    const spooled = await openSpooled(log, options);
    for (let n = 0; n < count; n += 1) await spooled.append('events_raw', [sampleRecord(n)]);
    await open_.pop()?.close();
  }

  it('delivers it before anything new', async () => {
    await leave(50, { segmentBytes: 5_000 });
    const { log, state } = fakeLog();
    const spooled = await openSpooled(log);
    await spooled.append('events_raw', [sampleRecord(50)]);
    await until(() => state.taken.length === 51);
    expect(ids(state.taken)).toEqual(ids(many(0, 51)));
  });

  it('is for one process at a time', async () => {
    const { log } = fakeLog();
    await openSpooled(log);
    await expect(openSpooled(log)).rejects.toMatchObject({ code: 'directory_in_use' });
  });

  it.each([1, 7, 11, 12, 13, 100])(
    'delivers all but the last where its end is cut off by %i bytes',
    async (cut) => {
      await leave(10);
      const [name = ''] = await segments();
      const path = join(dir, name);
      const file = await open(path, 'r+');
      await file.truncate((await stat(path)).size - cut);
      await file.close();
      const { log, state } = fakeLog();
      const spooled = await openSpooled(log);
      await until(() => spooled.spooled().records === 0);
      expect(ids(state.taken)).toEqual(ids(many(0, 9)));
    },
  );

  it('is not led astray by zeros that a file system put at the end', async () => {
    await leave(10);
    const [name = ''] = await segments();
    await writeFile(join(dir, name), Buffer.alloc(4_096), { flag: 'a' });
    const { log, state } = fakeLog();
    const spooled = await openSpooled(log);
    await until(() => spooled.spooled().bytes === 0);
    expect(ids(state.taken)).toEqual(ids(many(0, 10)));
  });

  it('passes over what the disk has changed, delivers the rest, and keeps the file', async () => {
    await leave(10);
    const [name = ''] = await segments();
    const content = await readFile(join(dir, name));
    const at = content.indexOf(sampleRecord(4).value.event.event_id);
    content[at] = 0x21;
    await writeFile(join(dir, name), content);
    const { log, state } = fakeLog();
    const spooled = await openSpooled(log);
    await until(() => spooled.spooled().records === 0);
    expect(ids(state.taken)).toEqual(ids([...many(0, 4), ...many(5, 5)]));
    await until(async () => (await readdir(dir)).includes(`${name}.damaged`));
  });
});

describe('given a process killed with SIGKILL while it spools', () => {
  it('has all that was answered, once, in the order of the answers, round after round', async () => {
    let answered = 0;
    for (let round = 0; round < 5; round += 1) {
      const child = spawnChild('spool', dir, answered);
      await child.said(20 + round * 15);
      await new Promise((resolve) => setTimeout(resolve, round));
      await child.kill();
      const numbers = child.lines.filter((line) => line !== 'ready').map(Number);
      expect(numbers.length, child.lines.at(-1)).toBeGreaterThan(10);
      // The next goes on behind the last answer: what was written and not answered is then there twice.
      answered = Number(numbers.at(-1)) + 1;
    }
    const { log, state } = fakeLog();
    const spooled = await openSpooled(log);
    await until(() => spooled.spooled().records === 0);
    const found = [...new Set(ids(state.taken))];
    expect(found.slice(0, answered * 3)).toEqual(ids(many(0, answered * 3)));
    expect(found.length).toBeLessThanOrEqual(answered * 3 + 3);
  }, 60_000);
});

describe.skipIf(process.platform !== 'linux')('given a disk that is full', () => {
  it('refuses, takes again by itself once there is room, and has all that was answered', async () => {
    const child = spawnChild('spool', dir, 0, { fileKib: 40 });
    const refusals = () => child.lines.filter((line) => line === 'refused').length;
    const answers = () => child.lines.map(Number).filter(Number.isInteger);
    await until(() => refusals() >= 5);
    const before = answers().length;
    expect(before).toBeGreaterThan(10);
    execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited:']);
    await until(() => answers().length > before + 100);
    await child.kill();

    const { log, state } = fakeLog();
    const spooled = await openSpooled(log);
    await until(() => spooled.spooled().records === 0);
    const found = new Set(ids(state.taken));
    const sent = ids(many(0, answers().length * 3));
    expect(sent.filter((id) => !found.has(id))).toEqual([]);
    // What was refused and is there all the same was sent again.
    expect(found.size).toBeLessThanOrEqual(sent.length + 3);
  }, 60_000);
});
