import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Everything `px dev` keeps. Named one by one: a folder given by mistake must not be emptied. */
export const DATA_ENTRIES = { events: 'events', records: 'records', project: 'dev.json' } as const;

/** Deletes what `px dev` made in a data folder, and nothing else. The caller holds the folder's lock. */
export async function resetDataDir(dataDir: string): Promise<void> {
  for (const entry of Object.values(DATA_ENTRIES)) {
    await rm(join(dataDir, entry), { recursive: true, force: true });
  }
}
