import { describe, expect, it } from 'vitest';
import { eventFacts } from './event-facts.js';
import { eventPerson } from './event-person.js';
import { fakeLiveEvent } from './fake-live-event.js';

const ANONYMOUS = '01912d68-783e-7a00-8000-0000000000a1';
const person = (over: Parameters<typeof fakeLiveEvent>[0]) => {
  const event = fakeLiveEvent(over);
  return eventPerson(event, eventFacts(event));
};

describe('given an event as it arrived and what the steps found', () => {
  it('believes the steps before the sender', () => {
    const event = fakeLiveEvent({
      arrived: { event: 'x', context: { page: { url: 'https://shop.example/sent?a=1' } } },
      steps: [
        { step: 'page', added: { page_path: '/found' }, micros: 1 },
        { step: 'device', added: { browser: 'Firefox', is_bot: true }, micros: 1 },
        { step: 'geo', added: { geo_country: 'BR', geo_city: 'Santos' }, micros: 1 },
      ],
    });
    expect(eventFacts(event)).toMatchObject({
      path: '/found',
      browser: 'Firefox',
      country: 'BR',
      place: 'Santos, BR',
      isBot: true,
    });
  });

  it('takes the page from the sender where no step said', () => {
    const arrived = { event: 'x', context: { page: { url: 'https://shop.example/sent?a=1' } } };
    expect(eventFacts(fakeLiveEvent({ arrived })).path).toBe('/sent');
  });

  it.each([['text cut short…'], [null], [[1, 2]], [{ properties: 'no', context: 7, user_id: {} }]])(
    'finds nothing in %j, and does not fail',
    (arrived) => {
      expect(eventFacts(fakeLiveEvent({ arrived }))).toEqual({
        properties: {},
        userId: null,
        anonymousId: null,
        path: '',
        title: '',
        browser: '',
        country: '',
        place: '',
        isBot: false,
      });
    },
  );
});

describe('given the ids of an event', () => {
  it('shows a known person by their own id', () => {
    expect(person({ arrived: { user_id: 'u-42', anonymous_id: ANONYMOUS } })).toMatchObject({
      label: 'u-42',
      known: true,
    });
  });

  it('shows a device by the end of its id, whose beginning is only the time', () => {
    expect(person({ arrived: { anonymous_id: ANONYMOUS } })).toMatchObject({
      id: ANONYMOUS,
      label: '…0000a1',
      known: false,
    });
  });

  it('gives the same id the same colour, and spreads others', () => {
    const colour = (id: string) => person({ arrived: { user_id: id } })!.colour;
    expect(colour('ana')).toBe(colour('ana'));
    const used = new Set(Array.from({ length: 60 }, (_, index) => colour(`u-${index}`)));
    expect(used.size).toBeGreaterThan(8);
    expect(Math.max(...used)).toBeLessThan(12);
  });

  it('shows nobody where nobody was named', () => {
    expect(person({ arrived: 'cut…', distinct_id: null })).toBeNull();
  });
});
