import type { Page } from 'playwright-core';

/**
 * A page, what a person does on it, and what a person watching over their shoulder would say. The labels
 * are of people, not of the detector: a click is dead where the person waits and nothing comes of it, and a
 * burst is rage where they click again because nothing came.
 */
export interface Scenario {
  readonly name: string;
  /** The body. */
  readonly html: string;
  readonly act: (page: Page) => Promise<void>;
  /** The id of the element it is about, where the page has several. */
  readonly on?: string;
  readonly rage: boolean;
  readonly dead: boolean;
}

/** Clicks a selector some times, as quickly as a person does. */
export async function clickTimes(
  page: Page,
  selector: string,
  times: number,
  gapMs = 220,
): Promise<void> {
  const box = await page.locator(selector).first().boundingBox();
  if (!box) throw new Error(`nothing to click at ${selector}`);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  // A hand comes near before it clicks.
  await page.mouse.move(x - 30, y - 20);
  await page.waitForTimeout(60);
  await page.mouse.move(x, y, { steps: 3 });
  await page.waitForTimeout(160);
  for (let n = 0; n < times; n += 1) {
    if (n > 0) await page.waitForTimeout(gapMs);
    // As systems count: a second click soon after is a double click, and selects a word.
    const clickCount = gapMs < 500 ? n + 1 : 1;
    await page.mouse.down({ clickCount });
    await page.waitForTimeout(50);
    await page.mouse.up({ clickCount });
  }
}

/** A scenario of clicks on one element. */
export const clicks =
  (selector: string, times = 1, gapMs?: number) =>
  (page: Page): Promise<void> =>
    clickTimes(page, selector, times, gapMs);
