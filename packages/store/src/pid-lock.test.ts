import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquirePidLock, DirectoryInUseError } from './pid-lock.js';

describe('a pid lock', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'px-lock-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));
  const lockFile = (): string => join(directory, 'px-1.lock');
  const writeHolder = (holder: object | string): Promise<void> =>
    writeFile(lockFile(), typeof holder === 'string' ? holder : JSON.stringify(holder));

  it('creates the directory, holds it, and leaves nothing behind when released', async () => {
    const nested = join(directory, 'a', 'b');
    const release = await acquirePidLock(nested);
    expect(JSON.parse(await readFile(join(nested, 'px-1.lock'), 'utf8'))).toMatchObject({
      pid: process.pid,
    });
    await release();
    await release();
    expect(await readdir(nested)).toEqual([]);
  });

  it('refuses a second holder, in the same process too, and names the first', async () => {
    const release = await acquirePidLock(directory);
    const error = await acquirePidLock(directory).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(DirectoryInUseError);
    expect((error as DirectoryInUseError).pid).toBe(process.pid);
    expect((error as Error).message).toContain(directory);
    expect((error as Error).message).toMatch(/Stop that process, or give this one another/);
    await release();
    await (
      await acquirePidLock(directory)
    )();
  });

  it('takes over from a process that is gone', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    const pid = child.pid;
    await once(child, 'close');
    await writeHolder({ pid, host: hostname(), started: null, since: 'yesterday' });
    await (
      await acquirePidLock(directory)
    )();
  });

  it.runIf(process.platform === 'linux')(
    'takes over when the id now belongs to a process that started at another time',
    async () => {
      await writeHolder({ pid: process.pid, host: hostname(), started: 'boot/1', since: 'x' });
      await (
        await acquirePidLock(directory)
      )();
    },
  );

  it('takes over a file that says nothing', async () => {
    await writeHolder('{"pid":');
    await (
      await acquirePidLock(directory)
    )();
  });

  it('does not judge a process of another machine, but says what to do', async () => {
    await writeHolder({ pid: 1, host: 'elsewhere', started: null, since: 'yesterday' });
    await expect(acquirePidLock(directory)).rejects.toThrow(
      /process 1 on elsewhere .*delete .*px-1\.lock/,
    );
  });

  it('leaves a lock alone that is no longer its own', async () => {
    const release = await acquirePidLock(directory);
    await writeHolder({ pid: 1, host: 'elsewhere', started: null, since: 'now' });
    await release();
    expect(await readFile(lockFile(), 'utf8')).toContain('elsewhere');
  });

  it('clears away the locks of the dead', async () => {
    const dead = JSON.stringify({ pid: 2 ** 30, host: hostname(), started: null, since: 'x' });
    for (const number of [1, 3]) await writeFile(join(directory, `px-${number}.lock`), dead);
    const release = await acquirePidLock(directory);
    expect(await readdir(directory)).toEqual(['px-4.lock']);
    await release();
    expect(await readdir(directory)).toEqual([]);
  });

  it('lets exactly one in when many find a dead lock at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      await writeHolder({ pid: 2 ** 30, host: hostname(), started: null, since: 'long ago' });
      const results = await Promise.allSettled(
        Array.from({ length: 8 }, () => acquirePidLock(directory)),
      );
      const winners = results.filter((each) => each.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      await winners[0]?.value();
      expect(await readdir(directory)).toEqual([]);
    }
  });
});
