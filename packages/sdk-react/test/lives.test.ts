/// <reference types="node" />
import type { PxOptions } from '@px-platform/sdk-web';
import type { Page } from 'playwright-core';
import { renderToString } from 'react-dom/server';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBrowserPages, executablePath, type BrowserPages } from './browser-pages.js';
import * as stories from './lives.js';
import { KEY, options, shop } from './shop.js';

declare global {
  var lives: typeof stories;
}
type Stories = typeof stories;
type Story = {
  [Name in keyof Stories]: Stories[Name] extends (...args: never[]) => Promise<unknown>
    ? Name
    : never;
}[keyof Stories];

const exposure = { event: '$exposure', properties: { variant: 'treatment' } };

/** Plays a story in a page. */
const play = async <N extends Story>(
  opened: Page,
  name: N,
  ...args: Parameters<Stories[N]>
): Promise<Awaited<ReturnType<Stories[N]>>> => {
  const played: unknown = await opened.evaluate(
    ([name, text]) => {
      // Said where it is called.
      const story = lives[name] as (...args: unknown[]) => Promise<unknown>;
      return story(...(JSON.parse(text) as unknown[]));
    },
    [name, JSON.stringify(args)] as const,
  );
  return played as Awaited<ReturnType<Stories[N]>>;
};

describe.skipIf(executablePath === null).each([
  ['19', 'react'],
  ['18', 'react-18'],
] as const)(
  'given components of React %s that live through more than one drawing',
  (version, react) => {
    let pages: BrowserPages;

    beforeAll(async () => {
      pages = await createBrowserPages(react, 'lives');
    });
    afterAll(() => pages?.close());
    beforeEach(async () => {
      await pages.begin();
    });

    it('exposes nobody to what was thrown away, and once to what came of it', async () => {
      const opened = await pages.open();
      expect(await opened.evaluate(() => lives.version)).toMatch(new RegExp(`^${version}\\.`));
      expect(await play(opened, 'suspended', options(), false)).toEqual({
        text: 'Wait',
        names: [],
        said: [],
      });
      await pages.begin();
      expect(await play(await pages.open(), 'suspended', options(), true)).toEqual({
        text: 'treatmentthere',
        names: ['$exposure'],
        said: [],
      });
    });

    it('listens once for all, and not at all once nobody is left', async () => {
      expect(await play(await pages.open(), 'unmounted', options())).toEqual({
        listeners: [1, 1, 0],
        said: [],
      });
    });

    it('reads fallbacks and records nothing without a provider, and says so once', async () => {
      expect(await play(await pages.open(), 'withoutProvider')).toEqual({
        text: 'Fallbackoff',
        said: ['px: no <PXProvider> is above: nothing is recorded, and flags are fallbacks.'],
      });
    });

    it('reads another client where a provider has another, and leaves the first', async () => {
      expect(
        await play(await pages.open(), 'changedClient', options(), options(shop('Other'))),
      ).toEqual([
        ['Hello', 1, 0],
        ['Other', 0, 1],
      ]);
    });

    it('reads the client of the nearest provider', async () => {
      expect(
        await play(await pages.open(), 'twoProviders', options(), options(shop('Other'))),
      ).toBe('<h1>Hello</h1><h1>Other</h1>');
    });

    it('loses no change between a render and its subscription', async () => {
      expect(await play(await pages.open(), 'changedBetween', options())).toEqual([
        'Hello',
        'Later',
      ]);
    });

    it('starts once, views once, and exposes once under StrictMode, as the collector has it', async () => {
      pages.publish(shop('Hello'));
      const flags = { bootstrap: shop('Hello'), stream: false };
      expect(await play(await pages.open(), 'inStrictMode', { ...KEY, flags })).toEqual({
        text: 'treatmenttreatment',
        said: [],
      });
      const counted = pages.received().filter(({ event }) => /page_view|exposure/.test(event));
      expect(counted.map(({ event }) => event).sort()).toEqual(['$exposure', 'page_view']);
      expect(counted).toContainEqual(
        expect.objectContaining({
          ...exposure,
          properties: expect.objectContaining(exposure.properties),
        }),
      );
      expect(pages.asked()).toBe(1);
    });

    describe('and a server wrote them', () => {
      const bootstrap = shop('Hello');
      const given: PxOptions = { ...KEY, flags: { stream: false } };
      const html = (hasLate: boolean) =>
        renderToString(stories.page(hasLate, { options: given, bootstrap }));

      it('changes nothing of it as it is hydrated', async () => {
        expect(html(false)).toContain('Hello');
        const page = await pages.open(html(false));
        expect(await play(page, 'hydrated', { options: given, bootstrap })).toEqual({
          before: [],
          texts: [],
          said: [],
        });
      });

      it('leaves alone what waits for its code, though PX is started meanwhile', async () => {
        const page = await pages.open(html(true));
        expect(await play(page, 'hydrated', { options: given, bootstrap, isLate: true })).toEqual({
          before: [],
          texts: [],
          said: [],
        });
      });

      it('draws what this browser has kept in one go, after what the server had', async () => {
        pages.publish(shop('Kept', { revision: 2 }));
        const first = await pages.open();
        expect(await play(first, 'kept', given)).toBe('ready');
        await first.close();
        pages.publish(null);
        const page = await pages.open(html(false));
        expect(await play(page, 'hydrated', { options: given, bootstrap })).toEqual({
          before: ['Kept'],
          texts: ['Kept'],
          said: [],
        });
      });
    });

    it('draws one of a thousand components for one flag, and reads no flag more than a few times', async () => {
      const features = Object.fromEntries(
        Array.from({ length: 1_000 }, (_, index) => [`f${index}`, { defaultValue: 'x' }]),
      );
      const given = options({ features });
      const each = await play(await pages.open(), 'many', given);
      const [, oneChanged, nothingChanged] = each.steps;
      expect(oneChanged?.draws).toBe(1);
      // A look of each at what it reads, and those of the one that is drawn again.
      // It is 1,004, and a thousand more where the collector's answer comes just then.
      expect(oneChanged?.peeks).toBeLessThan(3_000);
      expect(nothingChanged?.draws).toBe(0);
      expect(nothingChanged?.peeks).toBeLessThan(3_000);

      await pages.begin();
      const one = await play(await pages.open(), 'many', given, { isOneFlag: true });
      const [, allChanged, stillNothing] = one.steps;
      expect(allChanged?.draws).toBe(1_000);
      expect(allChanged?.peeks).toBeLessThan(5_000);
      // What all read is read once for all.
      expect(stillNothing?.draws).toBe(0);
      expect(stillNothing?.peeks).toBeLessThan(5);
    });

    it('takes up one of the calls that are kept before PX is started, however many listen', async () => {
      const given = options({ features: { f0: { defaultValue: 'x' } } });
      const late = await play(await pages.open(), 'many', given, { isOneFlag: true, isLate: true });
      expect(late.names).toEqual(['kept', 'anything']);
      expect(late.said).toEqual([]);
    });

    it('records once what comes into view, also late, without a wrapper, or higher than the view', async () => {
      const { first, second, last } = await play(await pages.open(), 'seen', options());
      expect(first.sort()).toEqual(['row', 'tall']);
      expect(second.sort()).toEqual(['late', 'row', 'tall']);
      expect(last.sort()).toEqual(['below', 'late', 'row', 'tall']);
    });

    it('draws what cannot be seen, and breaks nothing', async () => {
      expect(await play(await pages.open(), 'unseen', options())).toEqual(['there', 'there']);
    });

    it('records feedback that can be used, and says why another cannot', async () => {
      const { answers, statuses, functions, events, said } = await play(
        await pages.open(),
        'feedback',
        options(),
        [
          { rating: 6 },
          { rating: 4, text: '  fine ', score: null, properties: { form: 'footer', text: 'none' } },
          null,
        ],
      );
      expect(answers).toEqual([false, true, false]);
      expect(statuses).toEqual(['idle', 'invalid', 'sent', 'invalid']);
      expect(functions).toBe(1);
      expect(events).toMatchObject([
        { event: 'feedback', properties: { rating: 4, text: 'fine', form: 'footer' } },
      ]);
      expect(said).toHaveLength(2);
      expect(said[0]).toMatch(/^px: feedback needs a rating \(1 to 5\)/);
    });

    describe.each(['development', 'production'] as const)('and a boundary, in %s', (mode) => {
      let shipped: BrowserPages;
      beforeAll(async () => {
        shipped = mode === 'development' ? pages : await createBrowserPages(react, 'lives', mode);
      });
      afterAll(() => (shipped === pages ? undefined : shipped?.close()));

      it('records each error once, and draws the children anew where it is asked to', async () => {
        await shipped.begin();
        const { texts, told, errors } = await play(await shipped.open(), 'failed', {
          ...options(),
          autocapture: { pageViews: false },
        });
        const sorry = 'Sorry: Error: no till';
        expect(texts).toEqual([sorry, sorry, sorry, '/b', sorry, '/d']);
        const failure = expect.stringMatching(/^Error: no till/);
        expect(told).toEqual([failure, 'reset', failure, 'reset', failure, 'reset']);
        const caught = errors.filter(({ properties }) => Object(properties).handled === true);
        expect(caught).toHaveLength(3);
        expect(caught[0]).toMatchObject({
          properties: { step: 'payment', component_stack: expect.stringContaining('at ') },
        });
        // React 18's development build has the window told, too, before anybody catches.
        if (version === '19' || mode === 'production') expect(errors).toEqual(caught);
      });
    });
  },
);

// React 18 has none.
describe.skipIf(executablePath === null)('given an Activity', () => {
  let pages: BrowserPages;
  beforeAll(async () => {
    pages = await createBrowserPages('react', 'lives');
  });
  afterAll(() => pages?.close());

  it('exposes and views what an Activity shows, and views it again', async () => {
    const { seen, said } = await play(await pages.open(), 'inActivity', options());
    const shown = ['$exposure', 'page_view'];
    expect(seen.map((names) => [...names].sort())).toEqual([
      [],
      shown,
      shown,
      [...shown, 'page_view'],
    ]);
    expect(said).toEqual([]);
  });
});
