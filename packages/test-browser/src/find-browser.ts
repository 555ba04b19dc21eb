import { existsSync } from 'node:fs';
import { config } from './config.js';

/** Path of the Chromium to test in; null, said aloud, on a laptop that has none. An error under CI. */
export const findChromium = (): string | null =>
  find({
    what: 'Chromium',
    variable: 'PX_CHROMIUM',
    named: config.chromium,
    places: ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'],
  });

/** The same of Firefox. */
export const findFirefox = (): string | null =>
  find({
    what: 'Firefox',
    variable: 'PX_FIREFOX',
    named: config.firefox,
    places: ['/usr/bin/firefox-esr', '/usr/bin/firefox'],
  });

/** The same of WebKit's WebDriver, which also needs `xvfb-run`. */
export const findWebKitDriver = (): string | null =>
  find({
    what: 'WebKit',
    variable: 'PX_WEBKIT_DRIVER',
    named: config.webkitDriver,
    places: existsSync('/usr/bin/xvfb-run') ? ['/usr/bin/WebKitWebDriver'] : [],
  });

/** Under CI a missing browser is an error, because a skip there would be a lie. */
function find({
  what,
  variable,
  named,
  places,
}: {
  readonly what: string;
  readonly variable: string;
  readonly named: string | undefined;
  readonly places: readonly string[];
}): string | null {
  const path = named ?? places.find((place) => existsSync(place));
  if (path !== undefined && existsSync(path)) return path;
  const message = `no ${what} at ${path ?? places.join(', ')}; name one in ${variable}`;
  if (config.isCi) throw new Error(message);
  console.warn(`\n  ${what.toUpperCase()} TESTS SKIPPED: ${message}\n`);
  return null;
}
