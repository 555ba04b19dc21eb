import { rmdirSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { isDead, LOCK_SUFFIX } from './owner.js';
import {
  deleteSegment,
  openLeftSegment,
  SEGMENT_SUFFIX,
  settledPathOf,
  type Segment,
} from './segment.js';

/** What others have in a directory: who is gone left it to us, and the rest counts against the bounds. */
export interface Leftovers {
  /** Files that are ours now. */
  readonly taken: readonly Segment[];
  readonly othersBytes: number;
}

/** Between an owner's token and the number of a folder. */
const MARK = '~';

/** Whose a folder is says its name, so that taking one over is one renaming. */
export const folderName = (token: string, number: number) => `${token}${MARK}${number}`;

/** Takes over the folders of those who are gone, and deletes their locks. */
export async function takeOver({
  root,
  isOwn,
  nextFolder,
  isClosed,
}: {
  readonly root: string;
  readonly isOwn: (token: string) => boolean;
  /** Where the next one is put. */
  readonly nextFolder: () => string;
  readonly isClosed: () => boolean;
}): Promise<Leftovers> {
  const names = await readdir(root);
  const taken: Segment[] = [];
  const inUse = new Set<string>();
  let othersBytes = 0;
  for (const name of names.filter((each) => each.includes(MARK)).sort()) {
    const [token = ''] = name.split(MARK);
    if (isOwn(token) || isClosed()) continue;
    const folder = path.join(root, name);
    const left = isDead(root, token) ? await adopt(folder, nextFolder()) : null;
    if (left) {
      taken.push(...left);
      continue;
    }
    inUse.add(token);
    othersBytes += await bytesOf(folder);
  }
  for (const name of names.filter((each) => each.endsWith(LOCK_SUFFIX))) {
    const token = name.slice(0, -LOCK_SUFFIX.length);
    if (!isOwn(token) && !inUse.has(token) && isDead(root, token))
      await rm(path.join(root, name), { force: true });
  }
  return { taken, othersBytes };
}

/** Deletes a folder unless something is in it. */
export function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {}
}

/** Of those who try, one can rename it; null for the others. */
async function adopt(left: string, folder: string): Promise<Segment[] | null> {
  try {
    await rename(left, folder);
    const names = (await readdir(folder)).sort();
    const found: Segment[] = [];
    for (const name of names) {
      if (!name.endsWith(SEGMENT_SUFFIX)) continue;
      const segment = await openLeftSegment(path.join(folder, name));
      if (segment.left > 0) found.push(segment);
      else deleteSegment(segment);
    }
    const kept = new Set(found.flatMap((each) => [each.path, settledPathOf(each.path)]));
    for (const name of names)
      if (!kept.has(path.join(folder, name))) await rm(path.join(folder, name), { force: true });
    removeEmpty(folder);
    return found;
  } catch {
    // Somebody else was quicker; or it cannot be read, and will be tried by who comes after us.
    return null;
  }
}

async function bytesOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder).catch(() => []))
    bytes += await stat(path.join(folder, name)).then(
      ({ size }) => size,
      () => 0,
    );
  return bytes;
}
