import { launch } from 'puppeteer-core';
import type { ForeignBrowser } from './foreign-browser.js';

/** Starts Firefox without a window, over WebDriver BiDi. */
export async function launchFirefox(executablePath: string): Promise<ForeignBrowser> {
  const browser = await launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    // Whoever comes back to a page finds it as it was, as outside of tests.
    extraPrefsFirefox: { 'fission.bfcacheInParent': true },
  });
  return {
    name: await browser.version(),
    async open(url) {
      const page = await browser.newPage();
      await page.goto(url);
      return {
        async goto(next) {
          await page.goto(next);
        },
        run: (body) => page.evaluate(`(async () => {${body}})()`) as Promise<never>,
        click: (selector) => page.click(selector),
        close: () => page.close({ runBeforeUnload: true }),
      };
    },
    close: () => browser.close(),
  };
}
