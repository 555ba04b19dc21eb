import { isProgram as isProgramHere } from '../../packages/test-services/src/find-program.mjs';
import { installWithApt } from './apt.mjs';

/** The browsers that tests drive, where they are found, and what Debian calls them. */
export const BROWSERS = [
  {
    name: 'Chromium',
    variable: 'PX_CHROMIUM',
    places: [
      '/usr/bin/chromium',
      '/usr/bin/chromium-browser',
      '/usr/bin/google-chrome',
      '/usr/bin/google-chrome-stable',
      '/snap/bin/chromium',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ],
    packages: ['chromium'],
    advice: 'Install Chromium or Chrome',
  },
  {
    name: 'Firefox',
    variable: 'PX_FIREFOX',
    places: [
      '/usr/bin/firefox-esr',
      '/usr/bin/firefox',
      '/Applications/Firefox.app/Contents/MacOS/firefox',
    ],
    packages: ['firefox-esr'],
    advice: 'Install Firefox',
  },
  {
    // Safari's engine: WebKitGTK through its WebDriver, on a display that nobody looks at.
    name: 'WebKit',
    variable: 'PX_WEBKIT_DRIVER',
    places: ['/usr/bin/WebKitWebDriver', '/usr/lib/webkit2gtk-4.1/WebKitWebDriver'],
    needs: '/usr/bin/xvfb-run',
    packages: ['webkit2gtk-driver', 'xvfb', 'xauth'],
    advice: 'Install WebKitWebDriver (webkit2gtk-driver) and xvfb-run',
  },
];

/** The program of one of {@link BROWSERS}: the one its variable names, else the first found, else null. */
export function findBrowser(browser, { env = process.env, isProgram = isProgramHere } = {}) {
  const { variable, places, needs } = browser;
  const named = env[variable];
  if (named && !isProgram(named)) {
    throw new Error(`${variable} is ${named}, which is no program here. Correct it or unset it.`);
  }
  if (needs && !isProgram(needs)) return null;
  return named || (places.find((place) => isProgram(place)) ?? null);
}

/**
 * Finds the browsers, installing Debian's where we may: their paths by environment variable. One that is missing has
 * its tests skip themselves; under CI that is an error instead, for a skipped proof is no proof.
 */
export async function ensureBrowsers({ log, isCi }) {
  const missing = BROWSERS.filter((browser) => findBrowser(browser) === null);
  await installWithApt(
    missing.flatMap((browser) => browser.packages),
    { log, isCi },
  );
  const found = {};
  for (const browser of BROWSERS) {
    const path = findBrowser(browser);
    if (path !== null) {
      found[browser.variable] = path;
      continue;
    }
    const { name, variable } = browser;
    const advice = `${browser.advice}, or name one in ${variable}.`;
    if (isCi) throw new Error(`No ${name} was found, and CI must not skip its tests. ${advice}`);
    log(`NO ${name.toUpperCase()}: its tests will be SKIPPED and counted as such. ${advice}`);
  }
  return found;
}
