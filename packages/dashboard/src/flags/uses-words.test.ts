import { usesOf } from '@px-platform/protocol/definitions';
import { describe, expect, it } from 'vitest';
import { usersOf } from './uses-words.js';

describe('given who uses a segment', () => {
  it('names each once, with its places in words', () => {
    const definitions = {
      flags: [
        {
          key: 'banner',
          type: 'boolean' as const,
          variants: { on: true, off: false },
          default: 'off',
          environments: {
            production: {
              isOn: true,
              rules: [
                { id: 'a', serve: { variant: 'off' } },
                {
                  id: 'b',
                  segments: { any: ['regulars'] },
                  serve: { variant: 'on', percent: 20 },
                },
              ],
            },
            staging: {
              isOn: false,
              rules: [{ id: 'c', segments: { none: ['regulars'] }, experiment: 'x' }],
            },
          },
        },
      ],
      experiments: [],
      segments: [{ key: 'best', condition: { $inSegment: 'regulars' } }],
      groups: [],
    };
    const uses = usesOf({ kind: 'segment', key: 'regulars' }, definitions);
    expect(usersOf(uses, definitions.flags)).toEqual([
      {
        key: 'banner',
        noun: 'flag',
        route: { page: 'flags', key: 'banner' },
        places: ['production, rule 2: on for 20 %', 'staging, rule 1: experiment x (off)'],
      },
      { key: 'best', noun: 'segment', route: { page: 'segments', key: 'best' }, places: [] },
    ]);
  });
});
