import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalog } from '@px-platform/store';
import { DATA_ENTRIES } from './reset-data-dir.js';

/** The project that `px dev` seeds, with the keys it prints. */
export interface DevProject {
  readonly id: string;
  readonly name: string;
  readonly tenant_id: string;
  readonly write_key: string;
  readonly secret_key: string;
}

/**
 * Gives the seeded project, making it on the first start. The catalog holds only digests of keys, so their
 * text is kept in the data folder, readable by its owner alone.
 */
export async function ensureDevProject(catalog: Catalog, dataDir: string): Promise<DevProject> {
  const path = join(dataDir, DATA_ENTRIES.project);
  const project = { id: 'shop', name: 'Shop', tenant_id: 'local' };
  await catalog.ensureProject(project, 'Local');
  // Nobody is to run into a quota on their own machine.
  await catalog.setTier(project.tenant_id, 'enterprise');
  const kept = await readKept(path);
  if (kept && (await catalog.findKey(kept.write_key)) && (await catalog.findKey(kept.secret_key)))
    return kept;

  const grant = { tenant_id: project.tenant_id, project_id: project.id };
  const write = await catalog.createKey({ ...grant, kind: 'write' }, 'px dev');
  const secret = await catalog.createKey({ ...grant, kind: 'secret' }, 'px dev');
  const made: DevProject = { ...project, write_key: write.key, secret_key: secret.key };
  // Written aside and renamed: a process killed here leaves the old file or the new one, never half of one.
  await writeFile(`${path}.new`, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
  return made;
}

async function readKept(path: string): Promise<DevProject | null> {
  try {
    const kept: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isDevProject(kept) ? kept : null;
  } catch {
    return null;
  }
}

/** A file that was damaged or edited by hand is made anew, like one that is missing. */
function isDevProject(value: unknown): value is DevProject {
  const { id, name, tenant_id, write_key, secret_key } = (value ?? {}) as Partial<DevProject>;
  return [id, name, tenant_id, write_key, secret_key].every((text) => typeof text === 'string');
}
