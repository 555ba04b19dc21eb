import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const script = fileURLToPath(new URL('../runtimes/run.mjs', import.meta.url));

it('given the Node at hand, the built server SDK does all it says, by import and by require', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [script]).catch(
    (cause: { readonly stdout: string }) => cause,
  );
  const [runtime, ...lines] = stdout.trim().split('\n');
  expect(runtime).toBe(`Node ${process.versions.node}`);
  expect(lines.filter((line) => !line.startsWith('ok '))).toEqual(['10 of 10 are well']);
});
