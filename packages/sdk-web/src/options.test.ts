import { describe, expect, it } from 'vitest';
import { chooseCaptures } from './options.js';

const names = (autocapture: unknown) => chooseCaptures(autocapture).map(({ name }) => name);

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
});
