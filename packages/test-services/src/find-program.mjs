import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { config } from './config.mjs';

/** The first of the names that is a program of `places` or of PATH; null without one. */
export function findProgram(names, places = []) {
  const dirs = [...places, ...config.path];
  for (const name of names) {
    for (const dir of dirs) {
      const path = join(dir, name);
      if (isProgram(path)) return path;
    }
  }
  return null;
}

/** Whether there is a file that may be run. */
export function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
