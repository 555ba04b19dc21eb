import { isbot } from 'isbot';
import { describe, expect, it } from 'vitest';
import { isBot } from './is-bot.js';

describe('given the filterBots option', () => {
  const person = { webdriver: false, userAgent: 'Mozilla/5.0 Chrome/140' };
  const driven = { ...person, webdriver: true };
  const crawler = { ...person, userAgent: 'Mozilla/5.0 (compatible; Googlebot/2.1)' };

  it('leaves everybody in unless it is set', () => {
    for (const option of [undefined, false, null]) expect(isBot(option, driven)).toBe(false);
  });

  it('leaves out browsers driven by a program, and whom the judge names', () => {
    expect([person, driven, crawler].map((each) => isBot(true, each))).toEqual([
      false,
      true,
      false,
    ]);
    expect([person, driven, crawler].map((each) => isBot(isbot, each))).toEqual([
      false,
      true,
      true,
    ]);
  });
});
