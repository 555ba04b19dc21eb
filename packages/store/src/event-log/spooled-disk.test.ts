import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleId, sampleRecord } from '../contract/samples.js';
import { awayLog } from '../../test/away-log.js';
import { quietLog } from '../../test/quiet-log.js';
import { spawnChild } from '../../test/spawn-child.js';
import { until } from '../../test/until.js';
import { LogUnavailableError } from './port.js';
import { openSpooledEventLog } from './spooled.js';

let dir: string;
const undo: (() => unknown)[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'px-spool-'));
});
afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each();
  await rm(dir, { recursive: true, force: true });
});

/** Everything in the spool, in its order. */
async function drained(path: string): Promise<string[]> {
  const { log, state } = awayLog();
  const spooled = await openSpooledEventLog(log, { dir: path, probeMs: 10, log: quietLog });
  await until(() => spooled.spooled().records === 0);
  await spooled.close();
  expect(spooled.spooled()).toMatchObject({ bytes: 0, damaged: 0, rejected: 0 });
  return state.taken.map(({ value }) => value.event.event_id);
}

const idsUpTo = (count: number) => Array.from({ length: count }, (_, number) => sampleId(number));

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
    const found = [...new Set(await drained(dir))];
    expect(found.slice(0, answered * 3)).toEqual(idsUpTo(answered * 3));
    expect(found.length).toBeLessThanOrEqual(answered * 3 + 3);
  }, 60_000);
});

describe('given a disk that is full', () => {
  it.skipIf(process.platform !== 'linux')(
    'refuses, takes again by itself once there is room, and has all that was answered',
    async () => {
      // Files that may not grow stand for the disk: any user can have that.
      const child = spawnChild('spool', dir, 0, { fileKib: 40 });
      const refusals = () => child.lines.filter((line) => line === 'refused').length;
      const answers = () => child.lines.map(Number).filter(Number.isInteger);
      await until(() => refusals() >= 5);
      const before = answers().length;
      expect(before).toBeGreaterThan(10);
      execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited:']);
      await until(() => answers().length > before + 100);
      await child.kill();

      const found = new Set(await drained(dir));
      const sent = idsUpTo(answers().length * 3);
      expect(sent.filter((id) => !found.has(id))).toEqual([]);
      // What was refused and is there all the same was sent again.
      expect(found.size).toBeLessThanOrEqual(sent.length + 3);
    },
    60_000,
  );

  it('does so on a file system that has no byte left, and cuts off what it had begun', async ({
    skip,
  }) => {
    const disk = join(dir, 'disk');
    await mkdir(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'px-spool', disk], { stdio: 'pipe' });
    } catch (error) {
      // Only root may, and not in every container; the limit on files above is for everybody.
      const why = `no small file system can be mounted here: ${(error as Error).message.trim()}`;
      console.warn(`\n  FULL FILE SYSTEM NOT TESTED: ${why}\n`);
      return skip(why);
    }
    undo.push(() => execFileSync('umount', [disk]));
    const ballast = join(disk, 'ballast');
    await writeFile(ballast, Buffer.alloc(2 * 1024 * 1024));
    const path = join(disk, 'spool');
    const { log, state } = awayLog();
    state.isAway = true;
    const spooled = await openSpooledEventLog(log, { dir: path, probeMs: 20, log: quietLog });
    undo.push(() => spooled.close());

    const answered: string[] = [];
    let number = 0;
    const send = async () => {
      const group = Array.from({ length: 10 }, () => sampleRecord(number++));
      await Promise.all(
        group.map(async (record) => {
          await spooled.append('events_raw', [record]);
          answered.push(record.value.event.event_id);
        }),
      );
    };
    const fill = async () => {
      for (;;) await send();
    };
    await expect(fill()).rejects.toBeInstanceOf(LogUnavailableError);
    const before = answered.length;
    expect(before).toBeGreaterThan(1_000);
    expect(spooled.isReady()).toBe(false);
    await expect(send()).rejects.toBeInstanceOf(LogUnavailableError);

    await rm(ballast);
    await until(() => spooled.isReady());
    for (let round = 0; round < 10; round += 1) await send();
    expect(answered.length).toBe(before + 100);
    await spooled.close();
    // What was answered, in its order: what was refused may be there, but nothing of it by half.
    const answeredIds = new Set(answered);
    expect((await drained(path)).filter((id) => answeredIds.has(id))).toEqual(answered);
  }, 60_000);

  it('is emptied while it is full: what leaves it needs no room', async ({ skip }) => {
    const disk = join(dir, 'disk');
    await mkdir(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'px-spool', disk], { stdio: 'pipe' });
    } catch (error) {
      return skip((error as Error).message);
    }
    undo.push(() => execFileSync('umount', [disk]));
    const { log, state } = awayLog();
    state.isAway = true;
    const spooled = await openSpooledEventLog(log, {
      dir: join(disk, 'spool'),
      probeMs: 20,
      log: quietLog,
    });
    undo.push(() => spooled.close());
    let answered = 0;
    const fill = async () => {
      for (;;) {
        await spooled.append('events_raw', [
          sampleRecord(answered, answered === 7 ? 'poison' : 'ana'),
        ]);
        answered += 1;
      }
    };
    await expect(fill()).rejects.toBeInstanceOf(LogUnavailableError);
    await writeFile(join(disk, 'ballast'), Buffer.alloc(2 * 1024 * 1024)).catch(() => {});
    // Not even for what the log refuses for good.
    state.refuses = 'poison';
    state.isAway = false;
    await until(() => spooled.spooled().records === 0);
    expect(state.taken).toHaveLength(answered - 1);
    expect(spooled.spooled().rejected).toBe(1);
    // Whether there is room again is looked for each `probeMs`.
    await until(() => spooled.isReady());
  });
});
