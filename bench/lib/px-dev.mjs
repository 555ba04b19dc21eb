import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A `px dev` of the bench's own, as it was built: its address and keys. */
export async function startPxDev() {
  const dataDir = await mkdtemp(join(tmpdir(), 'px-bench-'));
  const bin = fileURLToPath(new URL('../../packages/cli/dist/bin.js', import.meta.url));
  const args = ['dev', '--port', '0', '--no-shop', '--data', dataDir];
  const server = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const close = async () => {
    server.kill('SIGINT');
    await ended;
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const url = await readUrl(server.stdout);
    const { write_key: key, secret_key: secret } = JSON.parse(
      await readFile(join(dataDir, 'dev.json'), 'utf8'),
    );
    return { url, key, secret, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function readUrl(stream) {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => reject(new Error(`px dev did not start: ${text}`)), 60_000);
    stream.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
      const found = /Live page\s+(http:\S+)/.exec(text)?.[1];
      if (!found) return;
      clearTimeout(timer);
      resolve(found);
    });
  });
}
