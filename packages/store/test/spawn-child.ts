import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export type ChildWork = 'chdb' | 'pglite' | 'lock' | 'spool';

/** A process that writes and says so; see child.mjs. */
export interface Child {
  readonly pid: number;
  /** Everything it said, `ready` first. */
  readonly lines: readonly string[];
  /** Resolves once it has said this many lines, or is gone. */
  said(count: number): Promise<void>;
  /** SIGKILL: no handler runs, nothing is flushed. Resolves once it is gone. */
  kill(): Promise<void>;
}

/** Starts a writer on a directory. With `fileKib`, no file of its may grow beyond that: to it, the disk is full. */
export function spawnChild(
  work: ChildWork,
  directory: string,
  firstId = 0,
  { fileKib }: { readonly fileKib?: number } = {},
): Child {
  const script = fileURLToPath(new URL('./child.mjs', import.meta.url));
  const args = [script, work, directory, String(firstId)];
  // Beyond the limit a write is cut short, the next one fails, and the signal that comes with it is ignored.
  const limited = `trap '' XFSZ; ulimit -S -f ${(fileKib ?? 0) * 2}; exec "$0" "$@"`;
  const [program, given] =
    fileKib === undefined
      ? [process.execPath, args]
      : ['/bin/sh', ['-c', limited, process.execPath, ...args]];
  const child = spawn(program, given, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'close');
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const check of waiting) check();
  });
  return {
    pid: child.pid ?? 0,
    lines,
    async said(count) {
      const enough = new Promise<void>((resolve) => {
        const check = (): void => {
          if (lines.length >= count) resolve();
        };
        waiting.add(check);
        check();
      });
      await Promise.race([enough, exited]);
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
