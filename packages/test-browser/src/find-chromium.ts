import { existsSync } from 'node:fs';
import { config } from './config.js';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * Path of the browser to test in; null, said aloud, on a laptop that has none. Under CI a missing browser is an
 * error, because a skip there would be a lie.
 */
export function findChromium(): string | null {
  const path = config.chromium ?? PLACES.find((place) => existsSync(place));
  if (path !== undefined && existsSync(path)) return path;
  const message = `no Chromium at ${path ?? PLACES.join(', ')}; name one in PX_CHROMIUM`;
  if (config.isCi) throw new Error(message);
  console.warn(`\n  BROWSER TESTS SKIPPED: ${message}\n`);
  return null;
}
