import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../packages/cli/dist/bin.js', import.meta.url));

/** A `px dev` of the test's own. */
export interface PxDev {
  readonly url: string;
  readonly shopUrl: string;
  readonly port: number;
  readonly writeKey: string;
  readonly secretKey: string;
  /** Everything printed so far. */
  output(): string;
  /** Sends a signal and waits for the end. The exit code; null after a kill. */
  stop(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

/** Starts `px dev` as a user would, and waits until it says that it is ready. */
export async function startPxDev({
  dataDir,
  port,
  args = [],
}: {
  readonly dataDir: string;
  readonly port: number;
  readonly args?: readonly string[];
}): Promise<PxDev> {
  const { child, output } = spawnPx(['dev', '--port', String(port), '--data', dataDir, ...args]);
  await until(() => output().includes('Ctrl-C stops') || child.exitCode !== null, 60_000);
  if (child.exitCode !== null) throw new Error(`px dev ended with ${child.exitCode}:\n${output()}`);
  const project = JSON.parse(await readFile(join(dataDir, 'dev.json'), 'utf8')) as {
    write_key: string;
    secret_key: string;
  };
  return {
    url: `http://localhost:${port}`,
    shopUrl: `http://localhost:${port + 1}`,
    port,
    writeKey: project.write_key,
    secretKey: project.secret_key,
    output,
    async stop(signal) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal);
        await once(child, 'exit');
      }
      return child.exitCode;
    },
  };
}

/** Runs `px` with arguments until it ends by itself. */
export async function runPx(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; output: string }> {
  const { child, output } = spawnPx(args, env);
  if (child.exitCode === null) await once(child, 'exit');
  return { code: child.exitCode, output: output() };
}

/** Starts `px` with arguments, and keeps what it prints. */
export function spawnPx(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, [BIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return { child, output: () => text };
}

/** A port that was free a moment ago, with the next one free as well (the shop takes it). */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await tryPort(0);
    if (port !== null && (await tryPort(port + 1)) !== null) return port;
  }
}

function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      const found = (server.address() as AddressInfo).port;
      server.close(() => resolve(found));
    });
  });
}

/** Waits until something is so, or fails with what was awaited. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  withinMs: number,
  what: string = String(isSo),
): Promise<void> {
  const giveUpAt = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > giveUpAt) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
