import type { Page } from 'playwright-core';

/** A text that is too faint on what is behind it. */
export interface FaintText {
  readonly text: string;
  readonly ratio: number;
  readonly where: string;
}

/** Every visible text of the page whose contrast is below WCAG AA (4.5, or 3 where large). */
export function faintTexts(page: Page): Promise<readonly FaintText[]> {
  return page.evaluate(() => {
    type Colour = readonly [red: number, green: number, blue: number, alpha: number];
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!;
    // Whatever notation a colour is written in, the canvas paints it in sRGB.
    const parse = (css: string): Colour => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = css;
      canvas.fillRect(0, 0, 1, 1);
      const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
      return [red, green, blue, alpha / 255];
    };
    const over = (top: Colour, below: Colour): Colour => {
      const mix = (index: 0 | 1 | 2) => top[index] * top[3] + below[index] * (1 - top[3]);
      return [mix(0), mix(1), mix(2), 1];
    };
    const luminance = ([red, green, blue]: Colour) => {
      const linear = (value: number) =>
        value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
      return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    };
    const behind = (element: Element): Colour => {
      const layers: Colour[] = [];
      for (let at: Element | null = element; at; at = at.parentElement) {
        layers.push(parse(getComputedStyle(at).backgroundColor));
        // A bar drawn behind a row's text is its sibling, not its parent.
        const bar = at.parentElement?.querySelector(':scope > .today-bar');
        if (bar) layers.push(parse(getComputedStyle(bar).backgroundColor));
      }
      return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
    };
    const faint: FaintText[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      const text = node.textContent?.trim();
      if (
        !element ||
        !text ||
        !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
      )
        continue;
      const box = element.getBoundingClientRect();
      if (box.width <= 1 || box.height <= 1) continue;
      const style = getComputedStyle(element);
      const background = behind(element);
      const ink = over(parse(style.color), background);
      const [light, dark] = [luminance(ink), luminance(background)].sort((a, b) => b - a) as [
        number,
        number,
      ];
      const ratio = (light + 0.05) / (dark + 0.05);
      const least = Number.parseFloat(style.fontSize) >= 24 ? 3 : 4.5;
      if (ratio < least) faint.push({ text: text.slice(0, 40), ratio, where: element.className });
    }
    return faint;
  });
}

/** Visible controls smaller than a fingertip, in CSS pixels. */
export function smallTargets(page: Page, least = 40): Promise<readonly string[]> {
  return page.evaluate((least) => {
    const reach = (element: Element) => {
      const own = element.getBoundingClientRect();
      // A pseudo-element that fills the line makes the whole line the target.
      const spread = getComputedStyle(element, '::before');
      if (spread.position !== 'absolute' || spread.content === 'none') return own;
      return { width: Number.parseFloat(spread.width), height: Number.parseFloat(spread.height) };
    };
    return (
      [...document.querySelectorAll('button, a, input, select')]
        .filter((element) => element.checkVisibility() && element.getBoundingClientRect().width > 1)
        // A link within a sentence is as tall as its line (WCAG 2.5.8 lets it be).
        .filter(
          (element) => element.tagName !== 'A' || getComputedStyle(element).display !== 'inline',
        )
        .filter((element) => {
          const { width, height } = reach(element);
          // Half a pixel of rounding is nobody's finger.
          return width < least - 0.5 || height < least - 0.5;
        })
        .map((element) => {
          const { width, height } = reach(element);
          return `${element.className} ${element.textContent} ${width}×${height}`;
        })
    );
  }, least);
}

/** How far the page reaches beyond its window to the side. */
export function sideways(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

/** Visible controls that nobody who hears the page could tell from others. */
export function namelessControls(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('button, a, input, select, textarea')]
      .filter((element) => element.checkVisibility())
      .filter((element) => {
        const labels = element instanceof HTMLInputElement ? (element.labels?.length ?? 0) : 0;
        const isField = element.matches('input, select, textarea');
        const text = isField ? '' : (element.textContent ?? '').trim();
        return labels === 0 && text === '' && !element.getAttribute('aria-label');
      })
      .map((element) => element.outerHTML.slice(0, 120)),
  );
}
