import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort, until, type PxDev } from './px-dev.js';

/** A built example, served as its own scripts would. */
export interface Example {
  readonly url: string;
  /** Everything printed so far. */
  output(): string;
  stop(): Promise<void>;
}

const PROGRAMS = {
  'react-app': { package: 'vite', args: ['preview', '--strictPort', '--host', '127.0.0.1'] },
  'next-app': { package: 'next', args: ['start', '--hostname', '127.0.0.1'] },
} as const;

const pathOf = (path: string) => fileURLToPath(new URL(`../../examples/${path}`, import.meta.url));

/** Publishes its flags, and begins its experiments, as its README says. */
export async function publishFlags(
  name: keyof typeof PROGRAMS,
  { url, secretKey }: Pick<PxDev, 'url' | 'secretKey'>,
): Promise<void> {
  const script = pathOf('publish-flags.mjs');
  await promisify(execFile)(process.execPath, [script, name, url, secretKey]);
}

/** Starts it beside a `px dev`, and waits until it answers. */
export async function startExample(
  name: keyof typeof PROGRAMS,
  px: Pick<PxDev, 'url' | 'writeKey'>,
): Promise<Example> {
  const cwd = pathOf(name);
  const program = PROGRAMS[name];
  const port = await freePort();
  const bin = binOf(program.package, cwd);
  const child = spawn(process.execPath, [bin, ...program.args, '--port', String(port)], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      PX_API_KEY: px.writeKey,
      PX_PROJECT_ID: 'shop',
      PX_ENDPOINT: px.url,
    },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const url = `http://127.0.0.1:${port}`;
  const isUp = async () =>
    child.exitCode !== null ||
    (await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    ));
  await until(isUp, 60_000, `${name} answers`);
  if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}:\n${text}`);
  return {
    url,
    output: () => text,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** The file that a package's command runs. */
function binOf(name: string, from: string): string {
  const manifest = createRequire(join(from, 'package.json')).resolve(`${name}/package.json`);
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    readonly bin: Readonly<Record<string, string>>;
  };
  return join(dirname(manifest), bin[name]!);
}
