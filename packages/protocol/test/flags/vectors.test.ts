import { describe, expect, it } from 'vitest';
import * as flags from '../../src/flags/index.js';
import { growthbook } from './growthbook.js';
import { answers, documentOf, vectors } from './vectors.js';

describe('given the golden vectors', () => {
  it.each(answers(flags))('$title', ({ received, expected }) => {
    expect(received).toEqual(expected);
  });

  it.each(vectors.payloads)('reads an encrypted payload: $title', async ({ text, key, plain }) => {
    const read = flags.decrypt(text, key);
    if (plain === null) await expect(read).rejects.toBeInstanceOf(Error);
    else expect(await read).toBe(plain);
  });

  it('has titles that tell cases apart', () => {
    const titles = answers(flags).map(({ title }) => title);
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
  });

  it('agrees with the SDK of GrowthBook on every condition that is theirs', () => {
    const asked = vectors.conditions.filter(({ px }) => !px);
    const theirs = asked.map((vector) => {
      const situation = {
        document: documentOf(vector),
        attributes: vector.attributes as Readonly<Record<string, string>>,
        attributeOverrides: {},
        url: '',
        forcedValues: {},
        forcedVariations: {},
        sticky: null,
        isQa: false,
      };
      return [vector.title, growthbook(situation.document).flag('f', situation).value === true];
    });
    expect(theirs).toEqual(asked.map(({ title, expect: wanted }) => [title, wanted]));
  });
});
