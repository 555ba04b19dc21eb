import {
  readFileSync,
  readlinkSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { threadId } from 'node:worker_threads';

/**
 * Whose files are whose: each client has a lock file, which says which process it is of and is touched while that lives.
 * Node knows no locks that end with their process, so who is gone is found out.
 */
export interface Owner {
  /** Begins the names of its folders. */
  readonly token: string;
  /** Says that it lives. False where its lock is gone: somebody took it for dead, or emptied the directory. */
  beat(): boolean;
  /** Begins anew, as what it was. Throws where the directory takes nothing. */
  claim(): void;
  release(): void;
}

export const LOCK_SUFFIX = '.lock';
/** Who has not said for so long that they live, and cannot be asked, does not. */
const SILENT_MS = 60_000;

/** Which process a lock is of, as far as another one can tell. */
interface Identity {
  /** Where process ids mean the same. */
  readonly machine: string;
  readonly pid: number;
  /** When it began, in the machine's own count: ids are used again. Null where that is not told. */
  readonly started: string | null;
  /** 0: the main thread, which lives as long as the process does. */
  readonly thread: number;
}

/** Creates an owner of files in a directory. */
export function createOwner(directory: string, token: string): Owner {
  const lock = path.join(directory, token + LOCK_SUFFIX);
  return {
    token,
    beat() {
      try {
        const now = new Date();
        utimesSync(lock, now, now);
        return true;
      } catch {
        return false;
      }
    },
    claim: () => writeFileSync(lock, JSON.stringify(identity()), { mode: 0o600 }),
    release() {
      try {
        unlinkSync(lock);
      } catch {}
    },
  };
}

/** Whether the owner of files is gone. Asked of the process where it is one of this machine's, and else of the lock's age. */
export function isDead(directory: string, token: string): boolean {
  const lock = path.join(directory, token + LOCK_SUFFIX);
  try {
    const isSilent = Math.abs(Date.now() - statSync(lock).mtimeMs) > SILENT_MS;
    const said = attempt((): unknown => JSON.parse(readFileSync(lock, 'utf8')));
    // One that is just being written is none to parse yet.
    return (isIdentity(said) ? askProcess(said) : null) ?? isSilent;
  } catch (cause) {
    return Object(cause).code === 'ENOENT';
  }
}

/** Null where nothing can be said. */
function askProcess({ machine, pid, started, thread }: Identity): boolean | null {
  if (machine !== machineName()) return null;
  try {
    process.kill(pid, 0);
  } catch (cause) {
    return Object(cause).code === 'ESRCH' ? true : null;
  }
  const begun = startOf(pid);
  if (begun === null || started === null) return null;
  if (begun !== started) return true;
  // A thread may have ended before its process.
  return thread === 0 ? false : null;
}

const identity = (): Identity => ({
  machine: machineName(),
  pid: process.pid,
  started: startOf(process.pid),
  thread: threadId,
});

/** Two containers may share a disk and a host's name, and number their processes alike. */
function machineName(): string {
  const linux = attempt(() => [
    readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    readlinkSync('/proc/self/ns/pid'),
  ]);
  return [hostname(), ...(linux ?? [])].join(' ');
}

/** Ticks since the machine was started. */
const startOf = (pid: number): string | null =>
  attempt(() => {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold anything.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  });

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function isIdentity(value: unknown): value is Identity {
  const { machine, pid, started, thread } = Object(value) as Partial<Identity>;
  return (
    typeof machine === 'string' &&
    Number.isSafeInteger(pid) &&
    (started === null || typeof started === 'string') &&
    typeof thread === 'number'
  );
}
