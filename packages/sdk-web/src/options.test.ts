import { describe, expect, it } from 'vitest';
import type { Plugin } from '@px-platform/sdk-core';
import { chooseCaptures } from './options.js';

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
