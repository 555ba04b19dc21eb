/** Whether this browser is driven by a program, or the page's own judge says so. */
export function isBot(
  filterBots: unknown,
  browser: Pick<Navigator, 'webdriver' | 'userAgent'> = navigator,
): boolean {
  if (!filterBots) return false;
  if (browser.webdriver) return true;
  return typeof filterBots === 'function' && Boolean(filterBots(browser.userAgent));
}
