/** The browser's storage, or null where even asking for it is forbidden. */
export function browserStorage(browser: Pick<Window, 'localStorage'>): Storage | null {
  try {
    return browser.localStorage;
  } catch {
    return null;
  }
}
