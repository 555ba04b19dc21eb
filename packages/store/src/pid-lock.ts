import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Disposer } from './disposer.js';

/** What a lock file says about its holder. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process started, as its system tells it; null where it cannot be known. */
  readonly started: string | null;
  readonly since: string;
}

const FILE = /^px-(\d+)\.lock$/;

/** The directory is held by another process. */
export class DirectoryInUseError extends Error {
  readonly code = 'directory_in_use';
  constructor(
    message: string,
    readonly pid: number,
  ) {
    super(message);
    this.name = 'DirectoryInUseError';
  }
}

/**
 * Takes a directory for this process alone, creating it if need be, and returns what gives it
 * back. A lock whose process is gone is taken over; a living one throws {@link DirectoryInUseError}.
 *
 * Locks are numbered, and a dead one is never deleted to make room: its successor takes the next
 * number, which the file system gives to one process only. Deleting first would let a slow process
 * delete the lock of a faster one.
 */
export async function acquirePidLock(directory: string): Promise<Disposer> {
  await mkdir(directory, { recursive: true });
  const draft = join(directory, `px-${process.pid}-${randomUUID()}.draft`);
  const holder: Holder = {
    pid: process.pid,
    host: hostname(),
    started: await startOf(process.pid),
    since: new Date().toISOString(),
  };
  const text = JSON.stringify(holder);
  await writeFile(draft, text, { flag: 'wx' });
  try {
    for (;;) {
      const dead = await refuseLiving(directory);
      const mine = join(directory, `px-${(dead[0] ?? 0) + 1}.lock`);
      // `link` makes the whole file appear or fails: nobody ever reads half a lock.
      if (!(await linked(draft, mine))) continue;
      const release = async (): Promise<void> => {
        if ((await textOf(mine)) === text) await rm(mine, { force: true });
      };
      try {
        // Looked at again now that ours is there: of two who missed each other, one sees the other.
        const left = await refuseLiving(directory, mine);
        for (const number of left) await rm(join(directory, `px-${number}.lock`), { force: true });
      } catch (error) {
        await release();
        throw error;
      }
      return release;
    }
  } finally {
    await rm(draft, { force: true });
  }
}

/** The numbers of dead locks, highest first; throws if one of the others lives. */
async function refuseLiving(directory: string, mine?: string): Promise<number[]> {
  const numbers = (await readdir(directory))
    .flatMap((file) => FILE.exec(file)?.[1] ?? [])
    .map(Number)
    .filter((number) => join(directory, `px-${number}.lock`) !== mine);
  for (const number of numbers) {
    const file = join(directory, `px-${number}.lock`);
    const text = await textOf(file);
    if (text !== null) await refuseHolder(directory, file, text);
  }
  return numbers.sort((a, b) => b - a);
}

async function refuseHolder(directory: string, file: string, text: string): Promise<void> {
  const holder = parse(text);
  if (holder === null) return;
  if (holder.host !== hostname()) {
    throw new DirectoryInUseError(
      `${directory} is held by process ${holder.pid} on ${holder.host} since ${holder.since}. ` +
        `If that process is gone, delete ${file} and try again.`,
      holder.pid,
    );
  }
  if (!isAlive(holder.pid)) return;
  // Process ids are reused, at once in containers: the same id with another start is another process.
  const started = await startOf(holder.pid);
  if (started !== null && holder.started !== null && started !== holder.started) return;
  throw new DirectoryInUseError(
    `${directory} is in use by process ${holder.pid} since ${holder.since}. ` +
      `Stop that process, or give this one another data directory.`,
    holder.pid,
  );
}

function textOf(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}

function parse(text: string): Holder | null {
  try {
    const value = JSON.parse(text) as Partial<Holder> | null;
    return typeof value?.pid === 'number' ? (value as Holder) : null;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Boot and start tick of a process on Linux; elsewhere unknown, and the pid alone must do. */
async function startOf(pid: number): Promise<string | null> {
  try {
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The command's name may hold spaces and parentheses; fields are counted after the last one.
    const tick = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return tick === undefined ? null : `${boot}/${tick}`;
  } catch {
    return null;
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
