import { describe, expect, it } from 'vitest';
import { readFeedback, type Feedback } from './read-feedback.js';

describe('given what a form hands over', () => {
  it.each<[Feedback, object]>([
    [{ rating: 1 }, { rating: 1 }],
    [{ score: 0 }, { score: 0 }],
    [{ score: 7.5, rating: null, text: ' ' }, { score: 7.5 }],
    [{ text: ' fine\n' }, { text: 'fine' }],
    [
      { rating: 5, properties: { form: 'footer', rating: 9 } },
      { form: 'footer', rating: 5 },
    ],
    [{ text: 'x'.repeat(10_000) }, { text: 'x'.repeat(10_000) }],
  ])('reads %j', (given, properties) => {
    expect(JSON.parse(JSON.stringify(readFeedback(given)))).toEqual(properties);
  });

  it.each<[unknown]>([
    [{}],
    [{ text: '  ', rating: null }],
    [{ properties: { form: 'footer' } }],
    [{ rating: 0 }],
    [{ rating: 5.5 }],
    [{ rating: '4' }],
    [{ rating: Number.NaN }],
    [{ score: -1 }],
    [{ score: 11, text: 'fine' }],
    [{ score: 10n }],
    [{ text: 'x'.repeat(10_001) }],
  ])('finds nothing to use in it, case %#', (given) => {
    // Whatever a page hands over.
    expect(readFeedback(given as Feedback)).toBeUndefined();
  });
});
