import { openGeo, type GeoDatabase } from '@px-platform/processor';
import type { ServerLog } from '@px-platform/store';
import { UsageError } from './config.js';

/** Opens the operator's database of places, or the bundled one. A file that cannot be read ends the start, and is named. */
export async function openPlaces(path: string | null, log: ServerLog): Promise<GeoDatabase> {
  try {
    return await openGeo({ path, log });
  } catch (error) {
    throw path === null ? error : new UsageError(`PX_GEO_DB: ${(error as Error).message}`);
  }
}
