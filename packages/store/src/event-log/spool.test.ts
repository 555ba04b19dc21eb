import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleRecord } from '../contract/samples.js';
import { quietLog } from '../../test/quiet-log.js';
import { until } from '../../test/until.js';
import { LogUnavailableError } from './port.js';
import { openSpool } from './spool.js';
import type { SpoolFile, SpoolFiles } from './spool-files.js';
import { encodeFrame, parseFrame } from './spool-frames.js';
import { createSpoolWriter } from './spool-writer.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'px-spool-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('a spool', () => {
  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('put' as const),
        count: fc.integer({ min: 1, max: 6 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('take' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('die' as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('die in a write' as const), at: fc.nat() }),
    },
  );

  it('has what was put and not taken, in order, however often its process died and wherever in a write', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const dir = await mkdtemp(join(root, 'run-'));
        const open = () =>
          openSpool({ dir, maxBytes: 1e9, segmentBytes: 1_500, probeMs: 10, log: quietLog });
        let spool = await open();
        let put = 0;
        let hasFileInHand = false;
        const taken: number[] = [];
        const take = async () => {
          const segment = await spool.oldest();
          for (const frame of segment?.frames ?? [])
            taken.push(...(parseFrame(frame)?.records ?? []).map(({ key }) => Number(key)));
          await segment?.done('taken');
          return segment !== null;
        };
        for (const each of steps) {
          if (each.do === 'put') {
            await Promise.all(
              Array.from({ length: each.count }, () =>
                spool.put('events_raw', [sampleRecord(put, String(put++))]),
              ),
            );
          } else if (each.do === 'take') {
            await take();
          } else {
            // Nothing is done at a close that a death would leave undone, but for the lock.
            await spool.close();
            if (each.do === 'die in a write') {
              const names = (await readdir(dir)).filter((name) => name.endsWith('.spool'));
              const last = Math.max(0, ...names.map((name) => Number.parseInt(name, 10)));
              // What an earlier process began is written to no more.
              const number = hasFileInHand ? last : last + 1;
              const frame = encodeFrame('events_raw', [sampleRecord(0, 'unanswered')]);
              const path = join(dir, `${String(number).padStart(12, '0')}.spool`);
              await appendFile(path, frame.subarray(0, each.at % frame.length));
            }
            spool = await open();
          }
          hasFileInHand = each.do === 'put';
          expect(spool.stats().records).toBe(put - taken.length);
        }
        while (await take());
        expect(taken).toEqual(Array.from({ length: put }, (_, number) => number));
        expect(spool.stats()).toEqual({ bytes: 0, records: 0, oldestAt: null, damaged: 0 });
        expect(spool.isEmpty()).toBe(true);
        await spool.close();
        expect(await readdir(dir)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});

describe('the writer of a spool', () => {
  /** A disk in memory, which does as it is told. */
  function fakeDisk() {
    const state = {
      fails: '' as '' | 'create' | 'append' | 'sync',
      syncs: 0,
      release: null as Promise<void> | null,
    };
    const files = new Map<string, string>();
    const failIf = (what: string) => {
      if (state.fails === what) throw Object.assign(new Error(`EIO: ${what}`), { code: 'EIO' });
    };
    const disk: Pick<SpoolFiles, 'create' | 'remove' | 'tryDisk'> = {
      async create() {
        failIf('create');
        const name = String(files.size + 1);
        files.set(name, '');
        const textOf = () => files.get(name) ?? '';
        const handle = {
          async appendFile(data: Buffer) {
            await state.release;
            const text = data.toString('latin1');
            if (state.fails === 'append')
              files.set(name, textOf() + text.slice(0, text.length / 2));
            failIf('append');
            files.set(name, textOf() + text);
          },
          async datasync() {
            state.syncs += 1;
            failIf('sync');
          },
          truncate: async (length: number) => void files.set(name, textOf().slice(0, length)),
          close: async () => {},
        };
        return { name, handle } as unknown as Awaited<ReturnType<SpoolFiles['create']>>;
      },
      remove: async (name) => void files.delete(name),
      async tryDisk() {
        if (state.fails !== '') throw new Error('still');
      },
    };
    return { disk, state, files };
  }
  const closing: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((each) => each.close()));
  });
  function openWriter(disk: ReturnType<typeof fakeDisk>['disk']) {
    const sealed: SpoolFile[] = [];
    const onSealed = (file: SpoolFile) => void sealed.push(file);
    const writer = createSpoolWriter({
      disk,
      segmentBytes: 1e6,
      probeMs: 5,
      onSealed,
      log: quietLog,
    });
    closing.push(writer);
    return { writer, sealed };
  }
  const write = (writer: ReturnType<typeof openWriter>['writer'], text: string) =>
    writer.write(Buffer.from(text), 1);

  it('writes down together what came while the disk was at work', async () => {
    const { disk, state, files } = fakeDisk();
    const { writer } = openWriter(disk);
    await Promise.all(Array.from({ length: 100 }, (_, n) => write(writer, `${n},`)));
    expect(state.syncs).toBe(2);
    expect([...files.values()]).toEqual([Array.from({ length: 100 }, (_, n) => `${n},`).join('')]);
  });

  it.each(['create', 'append', 'sync'] as const)(
    'refuses what it could not write down (%s fails), cuts it off, and works again by itself',
    async (fault) => {
      const { disk, state, files } = fakeDisk();
      const { writer, sealed } = openWriter(disk);
      await write(writer, 'good ');
      if (fault === 'create') await writer.seal();
      state.fails = fault;
      await expect(write(writer, 'refused')).rejects.toBeInstanceOf(LogUnavailableError);
      expect(writer.isReady()).toBe(false);
      await expect(write(writer, 'refused')).rejects.toThrow(/cannot be written to/);
      expect(sealed.map(({ bytes, records }) => ({ bytes, records }))).toEqual([
        { bytes: 5, records: 1 },
      ]);
      state.fails = '';
      await until(() => writer.isReady());
      await write(writer, 'again');
      expect([...files.values()]).toEqual(['good ', 'again']);
    },
  );

  it('leaves no empty file behind where the first write to it fails', async () => {
    const { disk, state, files } = fakeDisk();
    const { writer, sealed } = openWriter(disk);
    state.fails = 'append';
    await expect(write(writer, 'refused')).rejects.toBeInstanceOf(LogUnavailableError);
    expect([...files.keys()]).toEqual([]);
    expect(sealed).toEqual([]);
    expect(writer.isIdle()).toBe(true);
  });

  it('keeps no more than 64 MiB in memory for a disk that hangs', async () => {
    const { disk, state } = fakeDisk();
    const { writer } = openWriter(disk);
    let release = () => {};
    state.release = new Promise<void>((resolve) => (release = resolve));
    const large = Buffer.alloc(16 * 1024 * 1024);
    const taken = [1, 2, 3, 4].map(() => writer.write(large, 1));
    expect(writer.isReady()).toBe(false);
    await expect(writer.write(large, 1)).rejects.toBeInstanceOf(LogUnavailableError);
    release();
    await Promise.all(taken);
    expect(writer.isReady()).toBe(true);
  });
});
