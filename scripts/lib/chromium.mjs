import { accessSync, constants, existsSync } from 'node:fs';
import { run } from './run.mjs';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The browser the tests drive: `PX_CHROMIUM`, else the first one this machine has, else null. */
export function findChromium({ env = process.env, isProgram = isExecutable } = {}) {
  if (env.PX_CHROMIUM) {
    if (isProgram(env.PX_CHROMIUM)) return env.PX_CHROMIUM;
    throw new Error(
      `PX_CHROMIUM is ${env.PX_CHROMIUM}, which is no program here. Correct it or unset it.`,
    );
  }
  return PLACES.find((place) => isProgram(place)) ?? null;
}

/**
 * Finds a browser, installing Debian's when we may. Null means there is none and the browser tests
 * will skip themselves; under CI that is an error instead, for a skipped proof is no proof.
 */
export async function ensureChromium({ log, isCi }) {
  const found = findChromium();
  if (found !== null) return found;
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    log('No Chromium here: installing the one of this distribution (apt-get)…');
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-qq'], { capture: true, env });
    const { code, output } = await run(
      'apt-get',
      ['install', '-y', '-qq', '--no-install-recommends', 'chromium'],
      { capture: true, env },
    );
    if (code === 0 && findChromium() !== null) return findChromium();
    log(output.trimEnd());
  }
  const advice = 'Install Chromium or Chrome, or name one in PX_CHROMIUM.';
  if (isCi)
    throw new Error(`No Chromium was found, and CI must not skip the browser tests. ${advice}`);
  log(`NO CHROMIUM: every browser test will be SKIPPED and counted as such. ${advice}`);
  return null;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
