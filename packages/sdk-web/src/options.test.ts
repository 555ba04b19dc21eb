import { isbot } from 'isbot';
import { describe, expect, it } from 'vitest';
import type { Plugin } from '@px-platform/sdk-core';
import { chooseCaptures, isFiltered } from './options.js';

const told: unknown[] = [];
const capture = (name: string) => (options?: object) => {
  told.push(options);
  return { name, setup: () => {} } satisfies Plugin;
};
const captures = { pageViews: capture('page-views'), clicks: capture('clicks') };
const names = (autocapture: unknown) =>
  chooseCaptures(captures, autocapture).map(({ name }) => name);

describe('given the autocapture option', () => {
  it('runs every capture unless told otherwise', () => {
    for (const option of [undefined, true, {}, null, 'yes']) {
      expect(names(option)).toEqual(['page-views', 'clicks']);
    }
  });

  it('leaves out those that are off, or all of them', () => {
    expect(names({ clicks: false })).toEqual(['page-views']);
    expect(names({ pageViews: false, clicks: true })).toEqual(['clicks']);
    expect(names(false)).toEqual([]);
  });

  it('tells each capture its own options', () => {
    told.length = 0;
    names({ clicks: { deep: true } });
    expect(told).toEqual([{}, { deep: true }]);
  });
});

describe('given the filterBots option', () => {
  const person = { webdriver: false, userAgent: 'Mozilla/5.0 Chrome/140' };
  const driven = { ...person, webdriver: true };
  const crawler = { ...person, userAgent: 'Mozilla/5.0 (compatible; Googlebot/2.1)' };

  it('leaves everybody in unless it is set', () => {
    for (const option of [undefined, false, null]) expect(isFiltered(option, driven)).toBe(false);
  });

  it('leaves out browsers driven by a program, and whom the judge names', () => {
    expect([person, driven, crawler].map((each) => isFiltered(true, each))).toEqual([
      false,
      true,
      false,
    ]);
    expect([person, driven, crawler].map((each) => isFiltered(isbot, each))).toEqual([
      false,
      true,
      true,
    ]);
  });
});
