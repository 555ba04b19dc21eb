import { describe, expect, it } from 'vitest';
import { eventHint, knownEvents } from './event-hint.js';

const row = (value: string, people = 3) => ({ value, events: 9, people });

describe('given an event that is named in a row', () => {
  const known = knownEvents({
    rows: [row('page_view', 1_204), row('$identify'), row(''), row('buy', 1)],
  });

  it('offers what people did, and nothing else', () => {
    expect(known.rows.map(({ value }) => value)).toEqual(['page_view', 'buy']);
  });

  it.each([
    ['page_view', '1,204 people did it in the last 30 days.'],
    ['buy', '1 person did it in the last 30 days.'],
    ['page', null],
    ['', null],
    ['page_veiw', 'Nobody did it in the last 30 days: is it called so?'],
  ])('says of %j: %s', (event, hint) => {
    expect(eventHint(event, known)).toBe(hint);
  });

  it('says nothing where it cannot know', () => {
    expect(eventHint('buy', null)).toBeNull();
    const most = knownEvents({ rows: Array.from({ length: 100 }, (_, n) => row(`event_${n}`)) });
    expect(eventHint('rare', most)).toBeNull();
  });
});
