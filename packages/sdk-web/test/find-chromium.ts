/// <reference types="node" />
import { existsSync } from 'node:fs';

export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
];

/** The browser to test in; null (said aloud) where there is none, which CI does not forgive. */
export function findChromium(): string | null {
  const path = process.env['PX_CHROMIUM'] ?? '/usr/bin/chromium';
  if (existsSync(path)) return path;
  if (process.env['CI'] === 'true') throw new Error(`no Chromium at ${path}; set PX_CHROMIUM`);
  console.warn(`px: BROWSER TESTS SKIPPED: no Chromium at ${path}; set PX_CHROMIUM`);
  return null;
}
