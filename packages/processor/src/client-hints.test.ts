import { describe, expect, it } from 'vitest';
import { readClientHints } from './client-hints.js';

const GREASE = '"Not=A?Brand";v="24"';

describe('given the hints of a browser', () => {
  it('names the browser that its user agent does not', () => {
    expect(
      readClientHints({ 'sec-ch-ua': `"Chromium";v="140", ${GREASE}, "Brave";v="140"` }),
    ).toEqual({ brand: { name: 'Brave', version: '140' }, isHeadless: false });
    const { brand } = readClientHints({
      'sec-ch-ua': `"Opera";v="124"`,
      'sec-ch-ua-full-version-list': `"Opera";v="124.0.5705.15", "Chromium";v="140.0.7339.16"`,
    });
    expect(brand).toEqual({ name: 'Opera', version: '124.0' });
  });

  it.each([
    'Not=A?Brand',
    ' Not A;Brand',
    ';Not A Brand',
    'Not/A)Brand',
    '(Not(A:Brand',
    'Not_A Brand',
  ])('takes %j for what it is: nothing', (name) => {
    const hints = { 'sec-ch-ua': `"${name}";v="99", "Google Chrome";v="140", "Chromium";v="140"` };
    expect(readClientHints(hints)).toEqual({ isHeadless: false });
  });

  it('knows a browser that nobody looks at', () => {
    const { isHeadless } = readClientHints({
      'sec-ch-ua': `"HeadlessChrome";v="140", "Chromium";v="140", ${GREASE}`,
    });
    expect(isHeadless).toBe(true);
  });

  it.each([
    ['Windows', '15.0.0', '11'],
    ['Windows', '10.0.0', '10'],
    ['Windows', '0.3.0', undefined],
    ['macOS', '15.6.1', '15.6'],
    ['macOS', '26.0.0', '26'],
    ['Android', '14.0.0', '14'],
    ['Linux', '6.8.0', undefined],
    ['Android', '', undefined],
    ['Android', 'x', undefined],
  ])('knows %s %s as %s', (platform, version, expected) => {
    const { os, osVersion } = readClientHints({
      'sec-ch-ua-platform': `"${platform}"`,
      'sec-ch-ua-platform-version': `"${version}"`,
    });
    expect({ os, osVersion }).toEqual({ os: platform, osVersion: expected });
  });

  it('tells phones from tablets, and which', () => {
    expect(readClientHints({ 'sec-ch-ua-mobile': '?1', 'sec-ch-ua-model': '"Pixel 9"' })).toEqual({
      isHeadless: false,
      deviceType: 'mobile',
      model: 'Pixel 9',
    });
    const tablet = { 'sec-ch-ua-mobile': '?1', 'sec-ch-ua-form-factors': '"Tablet"' };
    expect(readClientHints(tablet).deviceType).toBe('tablet');
    expect(readClientHints({ 'sec-ch-ua-mobile': '?0' })).toEqual({ isHeadless: false });
  });

  it('makes nothing of what is none', () => {
    for (const text of ['', '"', '"";v=""', ';;;', '"a";v="', '\\"']) {
      expect(() =>
        readClientHints({ 'sec-ch-ua': text, 'sec-ch-ua-platform': text }),
      ).not.toThrow();
    }
    expect(readClientHints({})).toEqual({ isHeadless: false });
  });
});
