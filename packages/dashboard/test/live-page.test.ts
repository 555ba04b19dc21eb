import { findChromium } from '@px-platform/test-browser';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { FakeApiOptions } from '../dev/fake-api.js';
import { browserForPages, NARROW, until, WIDE } from './open-page.js';
import { faintTexts, sideways, smallTargets } from './page-audit.js';

const executablePath = findChromium();

describe.skipIf(executablePath === null)('given the built live page', () => {
  const pages = browserForPages(executablePath);
  const { troubles } = pages;

  const open = (context: BrowserContextOptions = WIDE, options: FakeApiOptions = {}) =>
    pages.open({ ...options, context });

  it('says of a stored event that it departs from the plan, in the row and in its outcome', async () => {
    const { api, sample, page } = await open();
    for (const kind of ['stored', 'rejected', 'stored', 'duplicate', 'dead', 'stored'] as const) {
      api.push(sample.of(kind, Date.now()));
    }
    const message =
      'properties.plan is "gold"; the plan wants "free", "pro" (version 3 of its schema).';
    const reason = { code: 'schema_violation', message } as const;
    api.push({ ...sample.of('stored', Date.now()), event: 'signup', reason });
    const row = page.locator('.row', { hasText: 'signup' }).first();
    await row.locator('.badge', { hasText: 'Off plan' }).waitFor();
    await row.locator('.row-head').click();
    const outcome = row.getByLabel('Outcome');
    await outcome.getByText(message).waitFor();
    await outcome.getByText('Stored', { exact: false }).first().waitFor();
    await outcome.getByText('px schema push', { exact: false }).waitFor();
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      expect(await faintTexts(page)).toEqual([]);
    }
  });

  const rows = (page: Page) => page.locator('.row');
  const rowNames = (page: Page) => page.locator('.row-event').allTextContents();

  it('teaches how to send the first event, and shows it as soon as it comes', async () => {
    const { page, api, sample } = await open();
    await page.getByRole('heading', { name: 'Send the first event' }).waitFor();
    expect(
      await page.getByRole('region', { name: 'From a terminal: code' }).textContent(),
    ).toContain('px_wk_demo');
    expect(await page.getByRole('link', { name: /example shop/ }).getAttribute('href')).toBe(
      'http://localhost:4318/shop/',
    );

    const event = sample.of('stored', Date.now());
    api.push(event);
    await rows(page).first().waitFor({ timeout: 5_000 });
    expect(await rowNames(page)).toEqual([event.event]);
    expect(await page.getByRole('heading', { name: 'Send the first event' }).count()).toBe(0);
  });

  it('does without a session: nothing to paste, and still a word on where to find it', async () => {
    const { page } = await open(WIDE, { session: false });
    await page.getByText('printed a snippet').waitFor();
  });

  it('puts new events on top and marks every outcome in words', async () => {
    const { page, api, sample } = await open();
    const kinds = ['stored', 'duplicate', 'rejected', 'dead'] as const;
    for (const kind of kinds) api.push(sample.of(kind, Date.now()));
    await until(async () => expect(await rows(page).count()).toBe(4));
    expect(
      await rows(page).evaluateAll((all) => all.map((row) => (row as HTMLElement).dataset['kind'])),
    ).toEqual([...kinds].reverse());
    expect(await page.locator('.row .badge').allTextContents()).toEqual([
      'Dead letter',
      'Rejected',
      'Duplicate',
    ]);
    expect(
      await page.getByRole('list', { name: 'Events, newest first' }).getByRole('listitem').count(),
    ).toBe(4);
    await until(async () =>
      expect(await page.locator('.figures').textContent()).toMatch(
        /minute4.*Rejected 5 min2Duplicates 5 min1/,
      ),
    );
  });

  it('opens a stored event: what arrived, what each step added, what became of it', async () => {
    const { page, api, sample } = await open();
    const event = sample.of('stored', Date.now());
    const [first, ...others] = event.steps;
    api.push({
      ...event,
      steps: [...others, { ...first!, added: {}, error: 'the lookup failed' }],
    });
    const head = page.locator('.row-head');
    await head.click();
    expect(await head.getAttribute('aria-expanded')).toBe('true');
    const detail = page.getByRole('region', { name: `Details of ${event.event}` });
    expect(await head.getAttribute('aria-controls')).toBe(await detail.getAttribute('id'));

    const arrived = detail.getByRole('region', { name: 'The event as it arrived' });
    expect(JSON.parse((await arrived.textContent())!)).toEqual(event.arrived);
    expect(
      await detail.getByRole('region', { name: 'Arrived', exact: true }).textContent(),
    ).toContain(event.arrival.ip);
    expect(await detail.locator('.step-name').allTextContents()).toEqual(
      [...others, first!].map(({ step }) => step),
    );
    expect(await detail.locator('.step[data-failed]').textContent()).toContain('the lookup failed');
    expect(await detail.getByRole('region', { name: 'Outcome' }).textContent()).toContain(
      `Stored in ${event.stored_at! - event.received_at} ms`,
    );

    await head.click();
    expect(await detail.count()).toBe(0);
  });

  it('copies the event as it arrived', async () => {
    const { page, api, sample } = await open({
      ...WIDE,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const event = sample.of('stored', Date.now());
    api.push(event);
    await page.locator('.row-head').click();
    await page.getByRole('button', { name: 'Copy the event as JSON' }).click();
    await page.getByText('Copied').waitFor();
    expect(JSON.parse(await page.evaluate(() => navigator.clipboard.readText()))).toEqual(
      event.arrived,
    );
  });

  it('opens a refused event: the code, the message and what to do', async () => {
    const { page, api, sample } = await open();
    api.push({
      ...sample.of('rejected', Date.now()),
      arrived: '{"event":"cut',
      reason: { code: 'event_too_large', message: 'the event has 70000 bytes.' },
    });
    await page.locator('.row-head').click();
    const outcome = page.getByRole('region', { name: 'Outcome' });
    expect(await outcome.textContent()).toMatch(
      /event_too_large.*the event has 70000 bytes\..*64 KiB/,
    );
    expect(await page.getByRole('region', { name: 'Enriched' }).textContent()).toContain(
      'Refused at the door',
    );
    expect(await page.getByRole('region', { name: 'The event as it arrived' }).textContent()).toBe(
      '{"event":"cut',
    );
  });

  it('is used with the keyboard alone', async () => {
    const { page, tell } = await open();
    tell(8);
    await until(async () => expect(await rows(page).count()).toBe(8));
    const active = () =>
      page.evaluate(() =>
        [...document.querySelectorAll('.row-head')].indexOf(document.activeElement!),
      );
    const opened = () =>
      page.evaluate(() =>
        [...document.querySelectorAll('.row')].findIndex((row) => row.matches('[data-open]')),
      );

    await page.keyboard.press('j');
    expect(await active()).toBe(0);
    await page.keyboard.press('j');
    await page.keyboard.press('ArrowDown');
    expect(await active()).toBe(2);
    await page.keyboard.press('k');
    expect(await active()).toBe(1);
    expect(await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle)).toBe(
      'solid',
    );
    await page.keyboard.press('Enter');
    await until(async () => expect(await opened()).toBe(1));
    await page.keyboard.press('Escape');
    await until(async () => expect(await opened()).toBe(-1));
    expect(await active()).toBe(1);

    await page.keyboard.press(' ');
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    expect(await page.locator('.connection').textContent()).toBe('Paused');
    expect(await opened()).toBe(-1);
    await page.keyboard.press(' ');
    await page.getByRole('button', { name: 'Pause' }).waitFor();

    await page.keyboard.press('/');
    await page.keyboard.type('jk /?');
    expect(await page.getByLabel('Filter by name, id or property').inputValue()).toBe('jk /?');
    await page.keyboard.press('Escape');
    expect(await page.getByLabel('Filter by name, id or property').inputValue()).toBe('');
    await page.keyboard.press('Escape');

    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });

  it('filters by text, by outcome and by name, and says so when nothing matches', async () => {
    const { page, api, sample } = await open();
    const base = sample.of('stored', Date.now());
    api.push({
      ...base,
      event: 'cart_added',
      event_id: 'a',
      arrived: { properties: { product: 'Linen apron' } },
      steps: [],
    });
    api.push({
      ...base,
      event: 'cart_added',
      event_id: 'b',
      arrived: { properties: { product: 'Mug' } },
      steps: [],
    });
    api.push({ ...sample.of('rejected', Date.now()), event: 'order_synced' });
    await until(async () => expect(await rows(page).count()).toBe(3));

    const input = page.getByLabel('Filter by name, id or property');
    await input.fill('LINEN');
    await until(async () => expect(await rows(page).count()).toBe(1));
    await input.fill('');
    const rejected = page.locator('.chips').getByRole('button', { name: 'Rejected' });
    await rejected.click();
    await until(async () => expect(await rowNames(page)).toEqual(['order_synced']));
    expect(await rejected.getAttribute('aria-pressed')).toBe('true');
    await rejected.click();

    // The day's count arrives up to five seconds later: it is asked sparingly.
    await page.locator('.today-row', { hasText: 'cart_added' }).click();
    await until(async () => expect(await rowNames(page)).toEqual(['cart_added', 'cart_added']));
    await input.fill('no such thing');
    await page.getByText('None of the last 3 events matches').waitFor();
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await until(async () => expect(await rows(page).count()).toBe(3));
  });

  it('holds the stream while paused and lets it in on resuming', async () => {
    const { page, tell } = await open();
    tell(3);
    await until(async () => expect(await rows(page).count()).toBe(3));
    await page.getByRole('button', { name: 'Pause' }).click();
    tell(12);
    await page.getByRole('button', { name: '12 new events' }).waitFor();
    expect(await rows(page).count()).toBe(3);
    await page.getByRole('button', { name: 'Resume' }).click();
    await until(async () => expect(await rows(page).count()).toBe(15));
    expect(await page.locator('.new-pill').count()).toBe(0);
  });

  it.each([
    ['wide', WIDE],
    ['narrow', NARROW],
  ] as const)('never moves the list under a reader (%s)', async (_, context) => {
    const { page, tell } = await open(context);
    tell(60);
    await until(async () => expect(await rows(page).count()).toBe(60));
    const place = () =>
      rows(page)
        .nth(30)
        .evaluate((row) => Math.round(row.getBoundingClientRect().top));

    await rows(page).nth(30).scrollIntoViewIfNeeded();
    await page.waitForTimeout(200);
    const before = await place();
    tell(12);
    await page.getByRole('button', { name: '12 new events' }).waitFor();
    expect(await place()).toBe(before);
    await page.getByRole('button', { name: '12 new events' }).click();
    await until(async () => expect(await rows(page).count()).toBe(72));
    await until(async () =>
      expect(
        await rows(page)
          .first()
          .evaluate((row) => {
            const { top } = row.getBoundingClientRect();
            return top > 0 && top < innerHeight / 2;
          }),
      ).toBe(true),
    );

    await page.locator('.row-head').first().click();
    const openedTop = await rows(page)
      .first()
      .evaluate((row) => row.getBoundingClientRect().top);
    tell(4);
    await page.getByRole('button', { name: '4 new events' }).waitFor();
    expect(
      await rows(page)
        .first()
        .evaluate((row) => row.getBoundingClientRect().top),
    ).toBe(openedTop);
  });

  it('stays light in a flood: a thousand in memory, a bounded number of rows', async () => {
    const { page, tell } = await open();
    for (let heap = 0; heap < 30; heap += 1) {
      tell(50);
      await page.waitForTimeout(20);
    }
    await until(async () =>
      expect(await page.locator('.figures').textContent()).toContain('1,500'),
    );
    expect(await rows(page).count()).toBe(120);
    for (let wheel = 0; wheel < 40; wheel += 1) {
      await page.locator('.scroll').evaluate((pane) => pane.scrollTo(0, pane.scrollHeight));
      await page.waitForTimeout(30);
    }
    await until(async () => expect(await rows(page).count()).toBe(1_000));
    await page.locator('.scroll').evaluate((pane) => pane.scrollTo(0, 0));
    await until(async () => expect(await rows(page).count()).toBe(120));
  });

  it('asks for the day’s counts at most every five seconds while events arrive', async () => {
    const { page, api, tell } = await open();
    for (let heap = 0; heap < 20; heap += 1) {
      tell(2);
      await page.waitForTimeout(100);
    }
    await until(() => expect(api.questions.length).toBe(2));
    expect(api.questions[0]!.get('by')).toBe('event_name');
    await until(async () =>
      expect(await page.locator('.today-total').textContent()).toMatch(/^\d+ events/),
    );
    await page.waitForTimeout(300);
    expect(api.questions.length).toBe(2);
  });

  it('says that the connection is lost, comes back by itself and shows nothing twice', async () => {
    const { page, api, tell } = await open();
    tell(5);
    await until(async () => expect(await rows(page).count()).toBe(5));
    api.disconnect();
    await page.locator('.connection[data-state=reconnecting]').waitFor();
    tell(2);
    await page.locator('.connection[data-state=live]').waitFor();
    await until(async () => expect(await rows(page).count()).toBe(7));
  });

  it('says how to get in where the reader is not signed in', async () => {
    const { page } = await open(WIDE, { signedIn: false });
    await page.getByRole('heading', { name: 'This page needs its key' }).waitFor();
    expect(await page.locator('.notice').textContent()).toContain('px dev');
    expect(await faintTexts(page)).toEqual([]);
  });

  it('switches projects where there is more than one', async () => {
    const { page, tell } = await open(WIDE, {
      projects: [
        { id: 'shop', name: 'Harbour goods', tenant_id: 'dev' },
        { id: 'blog', name: 'Journal', tenant_id: 'dev' },
      ],
    });
    tell(2);
    await until(async () => expect(await rows(page).count()).toBe(2));
    const asked = page.waitForRequest(/v1\/live\?project=blog/);
    await page.getByLabel('Project').selectOption('Journal');
    await asked;
  });

  it('keeps the chosen theme, and applies it before the first paint', async () => {
    const { page } = await open({ ...WIDE, colorScheme: 'light' });
    const canvas = () =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await canvas();
    const toggle = page.getByRole('button', { name: /^Theme/ });
    await toggle.click();
    expect(await toggle.getAttribute('aria-label')).toContain('Theme: Light');
    await toggle.click();
    const dark = await canvas();
    expect(dark).not.toBe(light);
    // With the page's own script held back, only theme.js can have set it.
    await page.route(/assets\/.*\.js$/, (route) => route.abort());
    await page.reload();
    expect(await canvas()).toBe(dark);
    troubles.splice(0);
  });

  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    it.each([
      ['390', NARROW],
      ['1280', WIDE],
    ] as const)('has AA contrast and no sideways scroll at %s px', async (_, context) => {
      const { page, api, sample, tell } = await open({ ...context, colorScheme });
      await page.getByRole('heading', { name: 'Send the first event' }).waitFor();
      const audit = async () => {
        expect(await sideways(page)).toBeLessThanOrEqual(0);
        expect(await faintTexts(page)).toEqual([]);
        if (context === NARROW) expect(await smallTargets(page)).toEqual([]);
      };
      await audit();
      tell(40);
      for (const kind of ['dead', 'duplicate', 'rejected', 'stored'] as const)
        api.push(sample.of(kind, Date.now()));
      await until(async () => expect(await rows(page).count()).toBe(44));
      await audit();
      for (const kind of ['stored', 'rejected', 'duplicate', 'dead']) {
        await page.locator(`.row[data-kind=${kind}] .row-head`).first().click();
        await page.locator(`.row[data-kind=${kind}][data-open]`).waitFor();
        tell(1);
        await page.locator('.new-pill').waitFor();
        await audit();
        await page.locator('.new-pill').click();
        await page.locator('.new-pill').waitFor({ state: 'detached' });
      }
      await page.locator('.today-total', { hasText: /[1-9]\d* events/ }).waitFor();
      if (context === NARROW) await page.locator('.today-toggle').click();
      await page.locator('.today-row').first().click();
      await page.getByRole('button', { name: /^Pause$/ }).click();
      await audit();
      await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
      await audit();
    });
  });
});
