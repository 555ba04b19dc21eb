import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
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

const FILE = 'px.lock';

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
 */
export async function acquirePidLock(directory: string): Promise<Disposer> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, FILE);
  const mine = `${file}.${process.pid}.${randomUUID()}`;
  const holder: Holder = {
    pid: process.pid,
    host: hostname(),
    started: await startOf(process.pid),
    since: new Date().toISOString(),
  };
  const text = JSON.stringify(holder);
  await writeFile(mine, text, { flag: 'wx' });
  try {
    // `link` either makes the whole file appear or fails: nobody ever reads half a lock.
    while (!(await linked(mine, file))) await evict(directory, file, mine);
  } finally {
    await rm(mine, { force: true });
  }
  return async () => {
    if ((await readFile(file, 'utf8').catch(() => null)) === text) await rm(file, { force: true });
  };
}

/** Removes a lock left by a dead process, or throws. */
async function evict(directory: string, file: string, mine: string): Promise<void> {
  const found = await readFile(file, 'utf8').catch(() => null);
  if (found === null) return;
  await refuseLiving(directory, file, found);
  // Two processes may find the same dead lock. Only one rename of it succeeds; the slower one may
  // catch the faster one's new lock instead, sees that it is not what it judged, and puts it back.
  const aside = `${mine}.old`;
  const moved = await rename(file, aside).then(() => true, () => false);
  if (!moved) return;
  if ((await readFile(aside, 'utf8')) !== found) await linked(aside, file);
  await rm(aside, { force: true });
}

async function refuseLiving(directory: string, file: string, text: string): Promise<void> {
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
