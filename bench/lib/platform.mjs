import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openPlatform } from '@px-platform/test-services';

/** The platform as this repository builds it, on servers of its own. */
export async function openBuiltPlatform() {
  const bin = fileURLToPath(new URL('../../packages/cli/dist/bin.js', import.meta.url));
  const platform = await openPlatform({ bin });
  if (!platform) throw new Error('the bench needs every server: see above which is missing');
  const children = [];
  return {
    ...platform,
    /** Something of the bench's own that prints its port; its address. */
    async startScript(path, ...args) {
      const child = spawn(process.execPath, [path, ...args], {
        env: platform.env,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      children.push(child);
      const ended = once(child, 'exit').then(([code]) => {
        throw new Error(`${path} ended with ${code}`);
      });
      ended.catch(() => {});
      const [port] = await Promise.race([
        once(createInterface({ input: child.stdout }), 'line'),
        ended,
      ]);
      return `http://127.0.0.1:${port}`;
    },
    async close() {
      for (const child of children) child.kill('SIGKILL');
      await platform.close();
    },
  };
}
