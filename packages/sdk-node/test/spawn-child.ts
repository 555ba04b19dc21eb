import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** A process that uses the package; see child.mjs. */
export interface Child {
  /** Everything it said. */
  readonly lines: readonly string[];
  /** Resolves once it has said this many lines, or is gone. */
  said(count: number): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Resolves once it is gone: with its code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** Starts processes. */
export interface Children {
  /** With `fileKib`, no file of its may grow beyond that: to it, the disk is full. */
  start(
    work: string,
    options: Readonly<Record<string, unknown>>,
    limits?: { readonly fileKib?: number },
  ): Child;
  /** Kills what still runs. */
  close(): Promise<void>;
}

/** Node 20 cannot read TypeScript: the sources become one file, once for all children of a test. */
export async function openChildren(): Promise<Children> {
  const directory = await mkdtemp(join(tmpdir(), 'px-child-'));
  await build({
    configFile: false,
    root: fileURLToPath(new URL('..', import.meta.url)),
    logLevel: 'error',
    ssr: { noExternal: true, resolve: { conditions: ['@px-platform/source'] } },
    build: {
      ssr: 'src/index.ts',
      outDir: directory,
      emptyOutDir: false,
      rollupOptions: { output: { entryFileNames: 'built.mjs' } },
    },
  });
  const script = fileURLToPath(new URL('./child.mjs', import.meta.url));
  const running = new Set<Child>();
  return {
    start(work, options, { fileKib } = {}) {
      const built = join(directory, 'built.mjs');
      const args = ['--unhandled-rejections=strict', script, built, work, JSON.stringify(options)];
      // Beyond the limit a write is cut short, the next one fails, and the signal that comes with it is ignored.
      const limited = `trap '' XFSZ; ulimit -S -f ${(fileKib ?? 0) * 2}; exec "$0" "$@"`;
      const [program, given] =
        fileKib === undefined
          ? [process.execPath, args]
          : ['/bin/sh', ['-c', limited, process.execPath, ...args]];
      const child = spawn(program, given, { stdio: ['ignore', 'pipe', 'inherit'] });
      const ended = once(child, 'close').then(([code, signal]: unknown[]) => {
        running.delete(started);
        return (signal ?? code) as number | NodeJS.Signals;
      });
      const lines: string[] = [];
      const waiting = new Set<() => void>();
      createInterface({ input: child.stdout }).on('line', (line) => {
        lines.push(line);
        for (const check of waiting) check();
      });
      const started: Child = {
        lines,
        ended,
        async said(count) {
          const enough = new Promise<void>((resolve) => {
            const check = () => {
              if (lines.length >= count) resolve();
            };
            waiting.add(check);
            check();
          });
          await Promise.race([enough, ended]);
        },
        kill: (signal) => void child.kill(signal),
      };
      running.add(started);
      return started;
    },
    async close() {
      for (const child of running) {
        child.kill('SIGKILL');
        await child.ended;
      }
      await rm(directory, { recursive: true, force: true });
    },
  };
}
