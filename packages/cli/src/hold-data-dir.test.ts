import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { UsageError } from './config.js';
import { holdDataDir } from './hold-data-dir.js';

it('says that a data folder is a file, and offers to choose another', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'px-hold-'));
  const file = join(directory, 'a-file');
  await writeFile(file, '');
  for (const path of [file, join(file, 'below')]) {
    const refusal: unknown = await holdDataDir(path).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(UsageError);
    expect(String(refusal)).toContain('--data');
  }
  await rm(directory, { recursive: true });
});
