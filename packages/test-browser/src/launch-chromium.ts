import { chromium, type Browser } from 'playwright-core';
import { CHROMIUM_ARGS } from './chromium-args.js';

/** Starts the browser that {@link findChromium} found. Null is for suites that skipped themselves. */
export function launchChromium(executablePath: string | null): Promise<Browser> {
  if (executablePath === null) throw new Error('there is no browser to start');
  return chromium.launch({ executablePath, args: CHROMIUM_ARGS });
}
