import { appendFile, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClient, type ClientOptions, type NodeClient } from '../src/index.js';
import { openChildren, type Children } from './spawn-child.js';
import { startStubCollector, type StubCollector } from './stub-collector.js';

let collector: StubCollector;
let directory: string;
let children: Children;
let opened: NodeClient[] = [];
let said: string[] = [];
const log = {
  error: (...values: unknown[]) => void said.push(values.join(' ')),
  warn: (...values: unknown[]) => void said.push(values.join(' ')),
};

beforeAll(async () => {
  children = await openChildren();
});
afterAll(() => children.close());
beforeEach(async () => {
  collector = await startStubCollector();
  directory = await mkdtemp(join(tmpdir(), 'px-spool-'));
});
afterEach(async () => {
  for (const px of opened) await px.shutdown({ timeoutMs: 0 });
  for (const px of opened) expectBalance(px);
  await collector.close();
  await rm(directory, { recursive: true, force: true });
  opened = [];
  said = [];
});

const open = ({ spool, ...options }: Partial<ClientOptions> = {}) => {
  const px = createClient({
    apiKey: 'px_k',
    endpoint: collector.url,
    flags: false,
    log,
    spool: { directory, ...spool },
    ...options,
  });
  opened.push(px);
  return px;
};
const ada = { userId: 'ada' };
const trackMany = (px: NodeClient, count: number, first = 0) => {
  for (let nth = first; nth < first + count; nth += 1) px.track('invoice_paid', { nth }, ada);
};
const away = () => collector.answer((request) => void request.socket.destroy());
const arrived = () => collector.events().map(({ properties }) => Number(properties?.['nth']));
const upTo = (count: number) => Array.from({ length: count }, (_, nth) => nth);
const until = <T>(check: () => T) => vi.waitFor(check, { timeout: 15_000, interval: 10 });
const files = async (suffix: string) => {
  const all = await readdir(directory, { recursive: true });
  return all
    .filter((file) => file.endsWith(suffix))
    .map((file) => join(directory, file))
    .sort();
};
const expectBalance = (px: NodeClient) => {
  const { accepted, delivered, pending, dropped } = px.stats();
  const lost = Object.values(dropped).reduce((sum, n) => sum + n, 0);
  expect(accepted).toBe(delivered + pending + lost);
};
/** One that can send nothing, and leaves what it tracked as if it had been killed. */
const leave = async (count: number, options: Partial<ClientOptions> = {}) => {
  away();
  const px = open(options);
  trackMany(px, count);
  const books = await px.shutdown({ timeoutMs: 0 });
  collector.answer(null);
  return books;
};

describe('given processes killed with SIGKILL at any moment', () => {
  it('delivers every event whose track returned, each under one id', async () => {
    let asked = 0;
    collector.answer((request, response, body) => {
      asked += 1;
      // Some fail, some are stored and cut off before the answer, some are slow.
      if (asked % 5 === 1) return void response.writeHead(503).end();
      if (asked % 7 === 2) {
        const { events } = JSON.parse(body) as { events: unknown[] };
        if (events.length > 0) collector.serve(request, response, body);
        return void request.socket.destroy();
      }
      setTimeout(() => collector.serve(request, response, body), asked % 4);
    });
    let first = 0;
    const returned: number[] = [];
    for (let round = 0; round < 24; round += 1) {
      const child = children.start('endless', {
        endpoint: collector.url,
        spool: { directory, syncEveryMs: round % 2 },
        first,
        burst: 1 + ((round * 7) % 40),
        flushInterval: 1,
        bufferSize: 10,
        // Little memory: what waits is on disk alone.
        ...(round % 3 === 0 && { maxQueueEvents: 15 }),
      });
      await child.said(1);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 120));
      child.kill('SIGKILL');
      await child.ended;
      const numbers = child.lines.map(Number).filter(Number.isInteger);
      returned.push(...numbers);
      // The last one was perhaps tracked, and not said.
      first = (numbers.at(-1) ?? first) + 2;
    }
    expect(returned.length).toBeGreaterThan(300);
    collector.answer(null);
    const px = open();
    await px.flush();
    const numbers = arrived();
    const known = new Set(numbers);
    expect(returned.filter((nth) => !known.has(nth))).toEqual([]);
    expect(known.size).toBe(numbers.length);
    expect(px.stats()).toMatchObject({ pending: 0, dropped: {} });
    await px.shutdown();
    expect((await files('')).length).toBe(1);
  }, 60_000);

  it('shares a directory: those who live are left alone, and those who are gone are taken over', async () => {
    const start = (first: number) =>
      children.start('endless', {
        endpoint: collector.url,
        spool: { directory },
        first,
        flushInterval: 20,
      });
    const [one, two] = [start(0), start(1_000_000)];
    await Promise.all([one.said(200), two.said(200)]);
    one.kill('SIGKILL');
    await one.ended;
    const three = start(2_000_000);
    await three.said(200);
    for (const child of [two, three]) child.kill('SIGKILL');
    await Promise.all([two.ended, three.ended]);
    const px = open();
    await px.flush();
    const numbers = arrived();
    const known = new Set(numbers);
    const returned = [one, two, three].flatMap(({ lines }) => lines.map(Number));
    expect(returned.filter((nth) => !known.has(nth))).toEqual([]);
    expect(known.size).toBe(numbers.length);
  });
});

describe('given what an earlier client left', () => {
  it('keeps at its shutdown what could not be sent, and counts it as pending', async () => {
    expect(await leave(250)).toMatchObject({ accepted: 250, pending: 250, dropped: {} });
  });

  it('sends it first, each event under its own id, and counts it as accepted', async () => {
    await leave(250);
    const [text] = await Promise.all((await files('.jsonl')).map((file) => readFile(file, 'utf8')));
    const ids = text
      ?.trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event_id: string }).event_id);
    const px = open({ maxRequests: 1 });
    trackMany(px, 10, 250);
    await px.flush();
    expect(arrived()).toEqual(upTo(260));
    expect(
      collector
        .events()
        .slice(0, 250)
        .map(({ event_id }) => event_id),
    ).toEqual(ids);
    expect(px.stats()).toEqual({
      accepted: 260,
      delivered: 260,
      pending: 0,
      dropped: {},
      spool: { bytes: 0, waiting: 0, recovered: 250, unsaved: 0 },
    });
    expect(said.filter((line) => line.includes('spool'))).toEqual([]);
  });

  it('sends it without being asked', async () => {
    await leave(3);
    open({ flushInterval: 10 });
    await until(() => expect(arrived()).toEqual(upTo(3)));
  });

  it('does not send again what was settled, of a file that is not done with', async () => {
    collector.judge = ({ properties }) =>
      Number(properties?.['nth']) % 50 === 7 ? { status: 'retry', code: 'log_unavailable' } : null;
    const px = open();
    trackMany(px, 100);
    await px.flush();
    expect(await px.shutdown({ timeoutMs: 0 })).toMatchObject({ delivered: 98, pending: 2 });
    collector.judge = () => null;
    collector.batches.length = 0;
    const next = open();
    await next.flush();
    expect(
      collector.batches
        .flatMap(({ events }) => events)
        .map(({ properties }) => properties?.['nth']),
    ).toEqual([7, 57]);
    expect(next.stats()).toMatchObject({ accepted: 2, spool: { recovered: 2, bytes: 0 } });
  });

  it('finds what is left behind much that was settled', async () => {
    const last = 2_999;
    collector.judge = ({ properties }) =>
      properties?.['nth'] === last ? { status: 'retry', code: 'log_unavailable' } : null;
    const px = open();
    const text = 'x'.repeat(500);
    for (let nth = 0; nth < last; nth += 1) px.track('big', { nth, text }, ada);
    px.track('kept', { nth: last }, ada);
    await px.flush();
    expect(await px.shutdown({ timeoutMs: 0 })).toMatchObject({ delivered: last, pending: 1 });
    collector.judge = () => null;
    const next = open();
    await next.flush();
    expect(next.stats()).toMatchObject({ accepted: 1, delivered: 1 });
  });

  it('passes over a torn end, and counts lines that are no events', async () => {
    await leave(5);
    const [file = ''] = await files('.jsonl');
    const lines = (await readFile(file, 'utf8')).split('\n');
    await writeFile(file, [lines[0], 'garbage', '{"event":"no id"}', ...lines.slice(1)].join('\n'));
    await appendFile(file, lines[0]?.slice(0, 40) ?? '');
    const px = open();
    await px.flush();
    expect(arrived()).toEqual(upTo(5));
    expect(px.stats()).toMatchObject({
      accepted: 7,
      delivered: 5,
      pending: 0,
      dropped: { spool_corrupt: 2 },
    });
    expect(said.filter((line) => line.includes('is no event'))).toHaveLength(1);
    expect(await files('.jsonl')).toEqual([]);
  });

  it('deletes a file that is nothing but garbage', async () => {
    await leave(1);
    const [file = ''] = await files('.jsonl');
    await writeFile(file, 'garbage\n');
    const px = open();
    await px.flush();
    expect(px.stats()).toMatchObject({ accepted: 1, dropped: { spool_corrupt: 1 } });
    expect(await files('.jsonl')).toEqual([]);
  });

  it('leaves events of another project where they are', async () => {
    await leave(5);
    const other = open({ apiKey: 'px_other' });
    await other.flush();
    expect(arrived()).toEqual([]);
    const same = open();
    await same.flush();
    expect(arrived()).toEqual(upTo(5));
  });

  it('finds it under another key of the same project, where the project is said', async () => {
    await leave(5, { projectId: 'shop' });
    const px = open({ projectId: 'shop', apiKey: 'px_new' });
    await px.flush();
    expect(arrived()).toEqual(upTo(5));
  });

  it('takes over, while it runs, what others leave', async () => {
    const px = open({ flushInterval: 10 });
    await px.flush();
    await leave(5);
    await until(() => expect(px.stats()).toMatchObject({ delivered: 5, spool: { recovered: 5 } }));
    expect(arrived()).toEqual(upTo(5));
  });

  it('asks the age of a lock whose process cannot be asked', async () => {
    away();
    const child = children.start('endless', { endpoint: collector.url, spool: { directory } });
    await child.said(20);
    child.kill('SIGKILL');
    await child.ended;
    const [lock = ''] = await files('.lock');
    collector.answer(null);
    const elsewhere = {
      ...(JSON.parse(await readFile(lock, 'utf8')) as object),
      machine: 'another',
    };
    await writeFile(lock, JSON.stringify(elsewhere));
    const early = open();
    await early.flush();
    expect(arrived()).toEqual([]);
    await utimes(lock, 1, 1);
    const late = open();
    await late.flush();
    expect(arrived().length).toBeGreaterThanOrEqual(20);
  });
});

describe('given more than may wait', () => {
  it('keeps what memory has no room for on disk alone, and sends all in order', async () => {
    away();
    const px = open({ maxQueueEvents: 50, maxRequests: 1 });
    trackMany(px, 2_000);
    await px.flush();
    expect(px.stats()).toMatchObject({
      accepted: 2_000,
      pending: 2_000,
      dropped: {},
      spool: { waiting: 1_950 },
    });
    collector.answer(null);
    await px.shutdown({ timeoutMs: 20_000 });
    expect(arrived()).toEqual(upTo(2_000));
    expect(px.stats()).toMatchObject({ delivered: 2_000, pending: 0, spool: { bytes: 0 } });
  });

  it('drops the oldest file beyond its bytes, and counts its events', async () => {
    away();
    const maxBytes = 1_024 * 1_024;
    const px = open({ spool: { directory, maxBytes } });
    const text = 'x'.repeat(1_000);
    for (let nth = 0; nth < 2_000; nth += 1) px.track('big', { nth, text }, ada);
    await px.flush();
    const { pending, dropped, spool } = px.stats();
    expect(spool?.bytes).toBeLessThanOrEqual(maxBytes);
    expect(spool?.bytes).toBeGreaterThan(maxBytes * 0.7);
    expect(dropped).toEqual({ spool_full: 2_000 - pending });
    collector.answer(null);
    await px.shutdown({ timeoutMs: 20_000 });
    expect(arrived().sort((a, b) => a - b)).toEqual(upTo(2_000).slice(-pending));
    expect(said.filter((line) => line.includes('spool.maxBytes'))).toHaveLength(1);
  });
});

describe('given a disk in trouble', () => {
  it('goes on in memory where the directory cannot be made, says so once, and counts', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    const px = open({ spool: { directory: join(file, 'spool') } });
    trackMany(px, 50);
    await px.flush();
    trackMany(px, 50, 50);
    await px.flush();
    expect(arrived()).toEqual(upTo(100));
    expect(px.stats()).toMatchObject({ delivered: 100, spool: { unsaved: 100, bytes: 0 } });
    expect(said.filter((line) => line.includes('Events go on in memory'))).toHaveLength(1);
  });

  it('loses nothing that is in memory where the directory vanishes, and makes it anew', async () => {
    away();
    const px = open();
    trackMany(px, 50);
    await px.flush();
    await rm(directory, { recursive: true });
    await until(() => expect(said.join('\n')).toContain('are gone'));
    await until(async () => expect(await files('.lock')).toHaveLength(1));
    trackMany(px, 50, 50);
    expect((await files('.jsonl')).length).toBe(1);
    collector.answer(null);
    await px.shutdown({ timeoutMs: 20_000 });
    expect(arrived().sort((a, b) => a - b)).toEqual(upTo(100));
  });

  it.skipIf(process.platform !== 'linux')(
    'goes on in memory where the disk is full, and tears no event',
    async () => {
      // Files that may not grow stand for the disk: any user can have that.
      const options = { endpoint: collector.url, spool: { directory }, count: 1_000 };
      const child = children.start('ends', options, { fileKib: 40 });
      expect(await child.ended).toBe(0);
      expect(arrived().sort((a, b) => a - b)).toEqual(upTo(1_000));
      expect(child.lines.filter((line) => line.includes('Events go on in memory'))).toHaveLength(1);
      expect(child.lines.join('\n')).not.toContain('is no event');
    },
  );

  it.skipIf(process.platform !== 'linux')(
    'leaves nothing on disk of what memory had no room for',
    async () => {
      away();
      const options = { endpoint: collector.url, spool: { directory }, exitTimeoutMs: 0 };
      const child = children.start(
        'ends',
        { ...options, count: 1_000, maxQueueEvents: 200, isSettled: true },
        { fileKib: 20 },
      );
      expect(await child.ended).toBe(0);
      const books = JSON.parse(child.lines.at(-1) ?? '') as ReturnType<NodeClient['stats']>;
      expect(books).toMatchObject({ accepted: 1_000, pending: 200, dropped: { queue_full: 800 } });
      collector.answer(null);
      const px = open();
      await px.flush();
      expect(px.stats()).toMatchObject({ accepted: 0, spool: { recovered: 0, bytes: 0 } });
    },
  );

  it('says what is wrong with its options', () => {
    const px = createClient({
      apiKey: 'px_k',
      endpoint: collector.url,
      flags: false,
      log,
      spool: { directory: '', maxBytes: 1 },
    });
    opened.push(px);
    open({ spool: { directory, maxBytes: 1 } });
    expect(said).toEqual([
      'px: option spool needs the path of a directory: { directory }; received {"directory":"","maxBytes":1}. Events are in memory alone.',
      'px: option spool.maxBytes cannot be 1; using 268435456.',
    ]);
  });
});
