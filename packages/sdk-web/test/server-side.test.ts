/// <reference types="node" />
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { bundleSources } from './bundle-sources.js';

it('is safe to import and call where there is no page: it does nothing and says so once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'px-server-'));
  try {
    const file = join(folder, 'px.mjs');
    await writeFile(file, await bundleSources('es'));
    const program = `
      const before = Object.keys(globalThis).length;
      const { default: PX } = await import(${JSON.stringify(pathToFileURL(file).href)});
      PX.track('too early');
      PX.init({ apiKey: 'px_key', projectId: 'shop' });
      PX.init({ apiKey: 'px_key', projectId: 'shop' });
      PX.track('a'); PX.identify('b'); PX.page(); PX.reset(); PX.setConsent('granted');
      await PX.flush(); await PX.shutdown();
      console.log(JSON.stringify([PX.stats(), Object.keys(globalThis).length - before]));`;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    expect(JSON.parse(output)).toEqual([{ accepted: 0, delivered: 0, pending: 0, dropped: {} }, 0]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
