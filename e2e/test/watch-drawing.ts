import type { Page } from 'playwright-core';

/**
 * Watches everything that is drawn into an element, from before the page's own scripts run. What it answers tells every
 * state of it, once `isWhole` was there; the first is the server's where there is one.
 */
export async function watchDrawing(
  page: Page,
  { of, isWhole }: { readonly of: string; readonly isWhole: string },
): Promise<() => Promise<readonly string[]>> {
  await page.addInitScript(
    ([of, isWhole]) => {
      const states: string[] = [];
      Object.assign(globalThis, { states });
      new MutationObserver(() => {
        const element = document.querySelector(of);
        if (!element || !document.querySelector(isWhole)) return;
        // Comments are marks of React's own; nobody sees them.
        const state = element.outerHTML.replace(/<!--.*?-->/g, '');
        if (state !== states[states.length - 1]) states.push(state);
      }).observe(document, {
        subtree: true,
        childList: true,
        characterData: true,
        attributes: true,
      });
    },
    [of, isWhole] as const,
  );
  return () => page.evaluate(() => (globalThis as unknown as { states: string[] }).states);
}
