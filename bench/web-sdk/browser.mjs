import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Libraries that ignore automated browsers would measure as wonderfully fast.
  '--disable-blink-features=AutomationControlled',
  // None may reach its maker: every name but the loopback's is unknown.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
];

/** The path of a Chromium or Chrome, or null. */
export const findChromium = () =>
  process.env.PX_CHROMIUM ?? PLACES.find((place) => existsSync(place)) ?? null;

/**
 * Starts Chromium as a person's browser. `strangers` collects the hosts that a page asked for and that are not of
 * this machine; none of them was reached.
 */
export async function startBrowser({ strangers }) {
  const executablePath = process.env.PX_CHROMIUM ?? PLACES.find((place) => existsSync(place));
  if (executablePath === undefined)
    throw new Error('no Chromium was found; name one in PX_CHROMIUM');
  const browser = await chromium.launch({ executablePath, args: ARGS });
  const [major] = browser.version().split('.');
  const userAgent = `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 Safari/537.36`;
  return {
    version: browser.version(),
    close: () => browser.close(),
    /** The browser of someone who was never here: nothing is stored. */
    async newPerson() {
      const context = await browser.newContext({ userAgent });
      context.on('request', (request) => {
        const { hostname } = new URL(request.url());
        if (hostname !== 'localhost' && hostname !== '127.0.0.1') strangers.add(hostname);
      });
      return context;
    },
  };
}
