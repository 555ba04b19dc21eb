import { existsSync } from 'node:fs';

/** Where Chromium is, or null; in CI its absence is an error, since a skip there would be a lie. */
export function findChromium(): string | null {
  const path = process.env['PX_CHROMIUM'] ?? '/usr/bin/chromium';
  if (existsSync(path)) return path;
  const message = `no Chromium at ${path}: set PX_CHROMIUM to run the shop in a real browser`;
  if (process.env['CI'] === 'true') throw new Error(message);
  console.warn(`\n  SKIPPED: ${message}\n`);
  return null;
}
