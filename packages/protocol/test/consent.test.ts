import { describe, expect, it } from 'vitest';
import { consentText } from '../src/index.js';

describe('given what a sender says of consent', () => {
  it.each<[string, unknown, string]>([
    ['letters', 'gdpg', 'analytics=granted replay=denied errors=pending messages=granted'],
    ['letters for what is known', '--g-', 'errors=granted'],
    [
      'words, in any order',
      { messages: 'pending', analytics: 'granted' },
      'analytics=granted messages=pending',
    ],
    ['one word for all', 'denied', 'analytics=denied replay=denied errors=denied messages=denied'],
    ['words beside what nobody knows', { analytics: 'yes', replay: 'denied' }, 'replay=denied'],
  ])('reads %s', (_case, given, text) => {
    expect(consentText(given)).toBe(text);
  });

  it.each<[unknown]>([
    [undefined],
    [null],
    [''],
    ['gggg '],
    ['ggg'],
    ['ggggg'],
    ['----'],
    ['yes'],
    ['constructor'],
    [7],
    [['granted']],
    [{}],
    [{ analytics: { granted: true } }],
    [Object.create({ analytics: 'granted' })],
  ])('reads nothing in %j', (given) => {
    expect(consentText(given)).toBe('');
  });
});
