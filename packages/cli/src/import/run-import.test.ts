import { copyFile, mkdtemp, readdir, readFile, rm, writeFile, appendFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import express from 'express';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCollector } from '@px-platform/collector';
import { startProcessor } from '@px-platform/processor';
import { createDirectEventLog } from '@px-platform/store/direct';
import { createMemoryCounters, createMemoryStreams } from '@px-platform/store/memory';
import { serve, type Served } from '@px-platform/test-services';
import { UsageError } from '../config.js';
import { openEmbeddedStores, type EmbeddedStores } from '../open-embedded-stores.js';
import { readImportConfig } from './config.js';
import type { Progress } from './progress.js';
import { runImport, type ImportDeps } from './run-import.js';

const log = { info() {}, warn() {}, error() {} };
const fixture = (name: string) =>
  fileURLToPath(new URL(`../../test/import-fixtures/${name}`, import.meta.url));

let directory: string;
let stores: EmbeddedStores;
let server: Served;
let stop: () => Promise<void>;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'px-import-'));
  stores = await openEmbeddedStores(directory);
  const { eventStore, profiles, catalog } = stores;
  const eventLog = createDirectEventLog();
  const streams = createMemoryStreams();
  const stopProcessor = await startProcessor({
    eventLog,
    eventStore,
    profiles,
    streams,
    counters: createMemoryCounters(),
    log,
  });
  server = await serve(express().use(createCollector({ catalog, eventLog, log })));
  stop = async () => {
    await server.close();
    await stopProcessor();
    await stores.close();
  };
}, 60_000);
afterAll(async () => {
  await stop();
  await rm(directory, { recursive: true, force: true });
});

let project = 'shop-0';
let folder: string;
let args: readonly string[];
let said: string[];
let notes: string[];
beforeEach(async () => {
  project = `shop-${Number(project.slice(5)) + 1}`;
  folder = await mkdtemp(join(tmpdir(), 'px-import-files-'));
  await stores.catalog.ensureProject({ id: project, tenant_id: 'acme', name: 'Shop' }, 'Acme');
  const grant = { tenant_id: 'acme', project_id: project, kind: 'secret' } as const;
  const { key } = await stores.catalog.createKey(grant, 'test');
  args = ['--url', server.url, '--key', key, '--state', join(folder, 'state'), '--hash-key', 'k'];
  said = [];
  notes = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const progress: Progress = {
  start() {},
  update() {},
  note: (line) => void notes.push(line),
  stop() {},
};
const px = (files: readonly string[], more: readonly string[] = [], deps: ImportDeps = {}) =>
  runImport(readImportConfig([...files, ...args, ...more], {}), {
    say: (line) => said.push(line),
    progress,
    ...deps,
  });
const rows = (columns: string, order = 'timestamp, event_name') =>
  stores.eventStore.query<Record<string, unknown>>({
    sql: `SELECT ${columns} FROM events WHERE project_id = {project:String} ORDER BY ${order}`,
    params: { project },
  });
/** Rows as they lie there, folded by nothing: an event stored twice would be two. */
const stored = async () => (await rows('event_id')).map(({ event_id }) => event_id as string);

/** A file of our own shape, of events from eight years ago. */
const START = Date.UTC(2018, 5, 1);
const history = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => {
    const n = from + index;
    return `${JSON.stringify({ event: 'seen', anonymous_id: `dev-${n % 7}`, timestamp: START + n * 1_000, properties: { n } })}\n`;
  }).join('');

describe('given a Segment export', () => {
  it('is stored with its own times, browsers and ids, and a second time changes nothing', async () => {
    expect(await px([fixture('segment.jsonl')])).toBe(2);
    expect(said.join('\n')).toContain('segment.jsonl: 9 lines, 7 events stored');
    expect(said.join('\n')).toContain('could not be read: 2');
    expect(notes.join('\n')).toContain('line 7: a track call without "event"');
    const found = await rows(
      `event_name, toUnixTimestamp64Milli(timestamp) AS at, clock, browser, locale, page_path, sdk_name`,
    );
    expect(found).toHaveLength(7);
    expect(found.find(({ event_name }) => event_name === 'Order Completed')).toEqual({
      event_name: 'Order Completed',
      at: Date.parse('2021-03-04T10:00:02.500Z'),
      clock: 'client',
      browser: 'Firefox',
      locale: 'pt-BR',
      page_path: '/checkout',
      sdk_name: 'px-import-segment',
    });
    // Of a call that says no browser nobody's is stored, least of all the importer's own.
    expect(found.find(({ event_name }) => event_name === 'weird')).toMatchObject({ browser: '' });
    const ids = await stored();
    expect(ids).toContain('0b6f2c1e-5a4d-4f7b-9c3e-1d2e3f405162');
    expect(await px([fixture('segment.jsonl')], ['--restart'])).toBe(2);
    expect(await stored()).toEqual(ids);
  });
});

describe('given a PostHog export and an access log, plain and in gzip', () => {
  it('stores what is in them', async () => {
    const packed = join(folder, 'access.log.gz');
    await writeFile(packed, gzipSync(await readFile(fixture('access.log'))));
    const more = ['--site', 'https://shop.example'];
    expect(await px([fixture('posthog.jsonl'), packed], more)).toBe(2);
    expect(said.join('\n')).toContain('posthog.jsonl: 8 lines, 8 events stored');
    expect(said.join('\n')).toContain('access.log.gz: 11 lines, 5 events stored');
    expect(said.join('\n')).toContain('are no events: 4 (not a page 2');
    const views = await rows('page_path, referrer_host, page_host', 'page_path');
    // Two equal lines of one second are two hits.
    expect(views.filter(({ page_path }) => page_path === '/products')).toEqual([
      { page_path: '/products', referrer_host: 'search.example', page_host: 'shop.example' },
      { page_path: '/products', referrer_host: 'search.example', page_host: 'shop.example' },
    ]);
    const [robot] = await rows('is_bot, browser', 'is_bot DESC');
    expect(robot).toMatchObject({ is_bot: true });
    const before = await stored();
    expect(await px([fixture('access.log')], more)).toBe(2);
    expect(await stored()).toEqual(before);
  });
});

describe('given an import that is stopped', () => {
  it('goes on after the last line that was answered, and each event is stored once', async () => {
    const file = join(folder, 'history.jsonl');
    await writeFile(file, history(0, 3_000));
    const stopper = new AbortController();
    // Once the first batches of the file are answered: later ones may have been, by then, and are sent again.
    const stopping: Progress = {
      ...progress,
      update: (_, { accepted }) => void (accepted >= 500 && stopper.abort()),
    };
    expect(await px([file], [], { signal: stopper.signal, progress: stopping })).toBe(130);
    expect(said.at(-1)).toContain('stopped');
    const half = (await stored()).length;
    expect(half).toBeGreaterThan(0);
    expect(half).toBeLessThan(3_000);

    let sent = 0;
    const counting: typeof fetch = (input, init) => {
      sent += 1;
      return fetch(input, init);
    };
    expect(await px([file], [], { fetch: counting })).toBe(0);
    expect(notes.join('\n')).toMatch(/going on after line [\d,]+00/);
    expect(sent).toBeLessThan(6);
    expect(said).toContain('history.jsonl: 3,000 lines, 3,000 events stored');
    const ids = await stored();
    expect(ids).toHaveLength(3_000);
    expect(new Set(ids).size).toBe(3_000);
    const [last] = await rows('max(toUnixTimestamp64Milli(timestamp)) AS at', '1');
    expect(last).toEqual({ at: START + 2_999_000 });
  });

  it('takes what a file has gained since, and all of another file under its name', async () => {
    const file = join(folder, 'grows.jsonl');
    await writeFile(file, history(0, 10));
    await px([file]);
    await appendFile(file, history(10, 5));
    let events = 0;
    const counting: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init);
      events += ((await answer.clone().json()) as { accepted: number }).accepted;
      return answer;
    };
    expect(await px([file], [], { fetch: counting })).toBe(0);
    expect(events).toBe(5);
    expect(await stored()).toHaveLength(15);

    await writeFile(file, history(100, 20));
    expect(await px([file], [], { fetch: counting })).toBe(0);
    expect(notes.join('\n')).toContain('grows.jsonl is another file than before');
    expect(await stored()).toHaveLength(35);
    await writeFile(file, history(200, 1));
    expect(await px([file])).toBe(0);
    expect(await stored()).toHaveLength(36);
    expect(await readdir(join(folder, 'state'))).toHaveLength(1);
  });

  it('keeps what was answered when a file breaks off, and says that it does', async () => {
    const file = join(folder, 'broken.jsonl.gz');
    const packed = gzipSync(history(0, 20_000));
    await writeFile(file, packed.subarray(0, packed.length - 20_000));
    await expect(px([file])).rejects.toThrow(/cannot be read to its end: unexpected end of file/);
    const kept = (await stored()).length;
    expect(kept).toBeGreaterThan(499);
    await writeFile(file, packed);
    expect(await px([file])).toBe(0);
    const ids = await stored();
    expect([ids.length, new Set(ids).size]).toEqual([20_000, 20_000]);
  });
});

describe('given a pipe', () => {
  it('is read like a file, and gives the same ids', async () => {
    const file = join(folder, 'history.jsonl');
    await writeFile(file, history(0, 5));
    await px([file]);
    const piped = Readable.from([Buffer.from(history(0, 5))]);
    expect(await px(['-'], [], { stdin: piped })).toBe(0);
    expect(said).toContain('standard input: 5 lines, 5 events stored');
    expect(await stored()).toHaveLength(5);
  });
});

describe('given events that the collector drops', () => {
  it('counts them by reason, shows the first, and says so with the exit code', async () => {
    const file = join(folder, 'old.jsonl');
    const old = { event: 'old', user_id: 'u', timestamp: '1999-01-01T00:00:00Z' };
    const nobody = { event: 'nobody', user_id: null, timestamp: START };
    await writeFile(file, `${history(0, 1)}${JSON.stringify(old)}\n\n${JSON.stringify(nobody)}\n`);
    expect(await px([file])).toBe(2);
    expect(said.join('\n')).toMatch(
      /1 events stored\n {2}dropped by the collector: 2 \(.*timestamp_out_of_range 1/,
    );
    expect(notes.join('\n')).toContain('line 2: dropped, timestamp_out_of_range');
    expect(notes.join('\n')).toContain('line 4: dropped, missing_identity');
  });
});

describe('given arguments or files that will not do', () => {
  it('says so', async () => {
    for (const bad of [
      [],
      ['x', '--key', 'pxw_write'],
      ['x', '--key', 'pxs_k', '--format', 'csv'],
      ['x', '--key', 'pxs_k', '--site', 'shop.example'],
      ['x', '--key', 'pxs_k', '--wait', 'long'],
      ['x', '--url', 'https://elsewhere.example'],
    ]) {
      expect(() => readImportConfig(bad, {}), bad.join(' ')).toThrow(UsageError);
    }
    await copyFile(fixture('access.log'), join(folder, 'copy.log'));
    await writeFile(join(folder, 'table.csv'), 'a,b\n1,2\n');
    await writeFile(join(folder, 'empty'), '');
    await expect(px([join(folder, 'none')])).rejects.toThrow(/cannot be read/);
    await expect(px([folder])).rejects.toThrow(/is a folder/);
    await expect(px([join(folder, 'table.csv')])).rejects.toThrow(/begins with "a,b"/);
    const { length } = await stored();
    expect(length).toBe(0);
    expect(await px([join(folder, 'empty')])).toBe(0);
    await expect(px([join(folder, 'empty')], ['--key', 'pxs_none'])).resolves.toBe(0);
    await writeFile(join(folder, 'one.jsonl'), history(0, 1));
    await expect(px([join(folder, 'one.jsonl')], ['--key', 'pxs_none'])).rejects.toThrow(
      /refuses: 401 unknown_key/,
    );
  });

  it('asks where the pages of a log are', async () => {
    const file = join(folder, 'plain.log');
    const lines = (await readFile(fixture('access.log'), 'utf8')).split('\n').slice(0, 2);
    await writeFile(file, lines.join('\n'));
    await expect(px([file])).rejects.toThrow(/give --site/);
  });
});
