import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * The browser the tests drive, or null on a laptop that has none. `npm test` finds or installs it and says so
 * when it cannot; under CI a missing browser is a failure, not a skip.
 */
export function findBrowser(): string | null {
  const path = process.env.PX_CHROMIUM ?? PLACES.find((place) => existsSync(place)) ?? null;
  if (path === null && process.env.CI) {
    throw new Error(
      'No Chromium was found, and CI must not skip the browser tests. Name one in PX_CHROMIUM.',
    );
  }
  if (path === null) console.warn('NO CHROMIUM: the end-to-end tests in a browser are SKIPPED.');
  return path;
}

/** Starts the browser without the background traffic it makes by itself. */
export function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
