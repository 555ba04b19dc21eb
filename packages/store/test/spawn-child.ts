import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export type ChildWork = 'chdb' | 'pglite' | 'lock';

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

/** Starts a writer on a directory. */
export function spawnChild(work: ChildWork, directory: string, firstId = 0): Child {
  const script = fileURLToPath(new URL('./child.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, work, directory, String(firstId)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
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
