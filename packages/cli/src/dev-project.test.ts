import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresCatalog, type Catalog } from '@px-platform/store';
import { openPglite } from '@px-platform/store/pglite';
import { ensureDevProject } from './dev-project.js';
import { resetDataDir } from './reset-data-dir.js';

let dataDir: string;
let catalog: Catalog;
let close: () => Promise<void>;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'px-dev-project-'));
  const sql = await openPglite({ path: join(dataDir, 'records') });
  catalog = postgresCatalog(sql);
  close = () => sql.close();
});
afterAll(async () => {
  await close();
  await rm(dataDir, { recursive: true, force: true });
});

describe('given a data folder', () => {
  it('seeds a project with keys that open it, once, readable by the owner alone', async () => {
    const made = await ensureDevProject(catalog, dataDir);
    expect(await ensureDevProject(catalog, dataDir)).toEqual(made);
    expect(await catalog.findKey(made.write_key)).toMatchObject({
      kind: 'write',
      project_id: 'shop',
    });
    expect(await catalog.findKey(made.secret_key)).toMatchObject({
      kind: 'secret',
      project_id: 'shop',
    });
    expect((await stat(join(dataDir, 'dev.json'))).mode & 0o077).toBe(0);
  });

  it.each(['{"half":', '{}', 'null', '[]', '{"write_key":1}', ''])(
    'makes new keys when the file holds %j',
    async (text) => {
      const before = await ensureDevProject(catalog, dataDir);
      await writeFile(join(dataDir, 'dev.json'), text);
      const after = await ensureDevProject(catalog, dataDir);
      expect(after.write_key).not.toBe(before.write_key);
      expect(JSON.parse(await readFile(join(dataDir, 'dev.json'), 'utf8'))).toEqual(after);
    },
  );

  it('is emptied of what PX made, and of nothing else', async () => {
    const other = await mkdtemp(join(tmpdir(), 'px-reset-'));
    await writeFile(join(other, 'dev.json'), '{}');
    await writeFile(join(other, 'thesis.txt'), 'mine');
    await resetDataDir(other);
    await expect(stat(join(other, 'dev.json'))).rejects.toThrow('ENOENT');
    expect(await readFile(join(other, 'thesis.txt'), 'utf8')).toBe('mine');
    await rm(other, { recursive: true });
  });
});
