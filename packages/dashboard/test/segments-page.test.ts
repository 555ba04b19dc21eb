import { findChromium } from '@px-platform/test-browser';
import type {
  FlagDefinition,
  GroupDefinition,
  SegmentDefinition,
} from '@px-platform/protocol/flags';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { createFakeDefinitions } from '../dev/fake-definitions.js';
import { browserForPages, NARROW, until, WIDE } from './open-page.js';
import { faintTexts, namelessControls, sideways, smallTargets } from './page-audit.js';

const executablePath = findChromium();

describe.skipIf(executablePath === null)('given the built page of segments', () => {
  const pages = browserForPages(executablePath);

  async function open(
    hash: string,
    context: BrowserContextOptions = WIDE,
    definitions = createFakeDefinitions(),
  ) {
    const opened = await pages.open({ context, hash, definitions });
    const segment = (key: string) =>
      definitions.find('segment', key)?.definition as SegmentDefinition;
    return { ...opened, definitions, segment };
  }
  const publish = (page: Page) => page.getByRole('button', { name: 'Publish' });
  const members = (page: Page) => page.getByRole('status', { name: 'Members' });
  const deed = (page: Page, number: number) =>
    page.getByRole('group', { name: `What they did ${number}` });
  const entries = (page: Page) =>
    page.getByRole('navigation', { name: 'segments and lists' }).getByRole('link');

  it('lists segments and lists, what each is, how many people that is, and whether it is used', async () => {
    const { page, url } = await open('');
    await page.getByRole('link', { name: 'Segments' }).click();
    await until(async () =>
      expect(await entries(page).allTextContents()).toEqual([
        'enterpriseused: plan is enterprise',
        'newcomersnot used: $visits is at most 2',
        'regulars1,204 peoplenot used: checkout_completed at least 2 times in 30 days',
        'lapsing318 peoplenot used: page_view at least 3 times in 60 days, no page_view in 14 days',
        'staffused: 3 values: u-1, u-2, u-3',
        'launch_countriesnot used: 6 values: BR, PT, DE, AT, CH, …',
        'old_accountsnot used: 4 values: 17, 42, 108, ext-9',
      ]),
    );
    await page.getByRole('textbox', { name: 'Find segments and lists' }).fill('buys again');
    await until(async () => expect(await entries(page).count()).toBe(1));
    await entries(page).first().click();
    await page.getByRole('heading', { name: 'regulars' }).waitFor();
    expect(await page.title()).toBe('regulars · Harbour goods · PX');
    await page.goto(`${url}#/groups/staff`);
    await page.getByRole('heading', { name: 'staff' }).waitFor();
    const nav = page.getByRole('navigation', { name: 'Pages' });
    expect(await nav.locator('[aria-current]').textContent()).toBe('Segments');
  });

  it('begins a segment of what people did, publishes it with a reason, and counts it a while later', async () => {
    const definitions = createFakeDefinitions({ countedAfterMs: Infinity });
    const { page, tell, segment } = await open('#/segments', WIDE, definitions);
    tell(60);
    await page.getByRole('button', { name: 'New segment' }).click();
    await page.getByLabel('Key of the new segment').fill('window_shoppers');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'window_shoppers' }).waitFor();
    await deed(page, 1).getByText('is empty: name what people do').waitFor();
    expect(await publish(page).isDisabled()).toBe(true);

    await page.reload();
    await page.getByRole('button', { name: 'Begin it' }).click();
    await deed(page, 1).getByLabel('Event').fill('page_view');
    await deed(page, 1)
      .getByText(/\d+ (person|people) did it in the last 30 days/)
      .waitFor();
    const offered = page.locator('#known-events option');
    expect(await offered.allTextContents()).toContain('page_view');
    await deed(page, 1).getByLabel('Times at least').fill('');
    await deed(page, 1).getByLabel('Times at least').fill('3');
    await deed(page, 1).getByLabel('Days').fill('14');
    await page.getByRole('button', { name: 'And', exact: true }).click();
    await deed(page, 2).getByLabel('Event').fill('page_veiw');
    await deed(page, 2).getByText('is it called so?').waitFor();
    await deed(page, 2).getByLabel('Event').fill('checkout_completed');
    await deed(page, 2).getByLabel('How often').selectOption('never');
    await members(page).getByText('once it is published').waitFor();
    await page.getByLabel('Why, for the history').fill('for the winter sale');
    await publish(page).click();
    await page.getByText('Its people are counted within a minute or so.').waitFor();
    expect(segment('window_shoppers').did).toEqual([
      { event: 'page_view', atLeast: 3, withinDays: 14 },
      { event: 'checkout_completed', atMost: 0, withinDays: 30 },
    ]);
    await members(page).getByText('Not counted yet').waitFor();
    definitions.count('window_shoppers');
    await members(page).getByText('12 people').waitFor();
    expect(await page.getByRole('list', { name: 'Some of them' }).locator('li').count()).toBe(8);
    await until(async () =>
      expect(await entries(page).allTextContents()).toContain(
        'window_shoppers12 peoplenot used: page_view at least 3 times in 14 days, no checkout_completed in 30 days',
      ),
    );
    await page.getByRole('button', { name: 'History' }).click();
    await page.getByText('for the winter sale').waitFor();
  });

  it('says that a figure is of an older version, and what keeps a segment from being counted', async () => {
    const definitions = createFakeDefinitions({ countedAfterMs: Infinity });
    const { page } = await open('#/segments/regulars', WIDE, definitions);
    await members(page).getByText('1,204 people').waitFor();
    await deed(page, 1).getByLabel('Times at least').fill('3');
    await page.getByText('These are by what is published').waitFor();
    await publish(page).click();
    await members(page).getByText('As it was before version 2').waitFor();
    definitions.count('regulars');
    await members(page).getByText('Counted at').waitFor();
    definitions.count('regulars', { problem: 'has more than 500000 members. Narrow it down.' });
    await page.reload();
    await page.getByText('It has more than 500000 members. Narrow it down.').waitFor();
    await page.getByRole('link', { name: /regulars.*not counted as it should be/ }).waitFor();
  });

  it('tells by what people are instead, and keeps what was said of what they did', async () => {
    const { page, segment } = await open('#/segments/regulars');
    await page.getByRole('button', { name: 'By what they are' }).click();
    await page.getByText('Everybody', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Only some people' }).click();
    const row = page.getByRole('group', { name: 'Condition 1' });
    await row.getByLabel('Attribute').fill('plan');
    await row.getByLabel('Comparison').selectOption('is');
    await row.getByLabel('Value').fill('pro');
    await page.getByRole('button', { name: 'By what they did' }).click();
    expect(await deed(page, 1).getByLabel('Event').inputValue()).toBe('checkout_completed');
    await page.getByRole('button', { name: 'By what they are' }).click();
    expect(await row.getByLabel('Value').inputValue()).toBe('pro');
    await page.getByRole('button', { name: 'JSON', exact: true }).click();
    const json = page.getByLabel('The segment as JSON');
    const typed = JSON.parse(await json.inputValue()) as SegmentDefinition;
    expect(typed).toMatchObject({ key: 'regulars', condition: { plan: 'pro' } });
    expect(typed.did).toBeUndefined();
    await json.fill(JSON.stringify({ ...typed, condition: { plan: { $gtt: 1 } } }));
    await page
      .getByRole('list', { name: 'What is wrong' })
      .getByText('condition.plan.$gtt')
      .waitFor();
    expect(await publish(page).isDisabled()).toBe(true);
    await json.fill(JSON.stringify({ ...typed, did: [{ event: 'e', withinDays: 1 }] }));
    await page.getByText('a segment has one of both').waitFor();
    await json.fill(JSON.stringify(typed));
    await publish(page).click();
    await page.getByText('Clients have it within a second').waitFor();
    expect(segment('regulars')).toEqual(typed);
  });

  it('says who uses it, and that it cannot be put away for them; puts away what nobody uses', async () => {
    const { page, url, definitions } = await open('#/segments/enterprise');
    const uses = page.getByRole('region', { name: 'Used by' });
    await until(async () =>
      expect(await uses.locator('li').allTextContents()).toEqual([
        'flag new_onboardingproduction, rule 2: on for 20 %',
      ]),
    );
    await page.getByRole('button', { name: 'Archive the segment' }).click();
    await page.getByText('is named by flag new_onboarding').waitFor();
    await uses.getByRole('link').click();
    await page.getByRole('heading', { name: 'new_onboarding' }).waitFor();
    await page.goto(`${url}#/segments/regulars`);
    await page.getByRole('button', { name: 'Archive the segment' }).click();
    await page.getByRole('button', { name: 'Archive (1)' }).waitFor();
    await page.getByText('Archived: nobody counts it').waitFor();
    await page.getByRole('button', { name: 'Restore the segment' }).click();
    await until(() => expect(definitions.find('segment', 'regulars')?.archived_at).toBeNull());
  });

  it('takes thousands of values that are pasted, one a line, and leaves numbers as they were', async () => {
    const permissions = ['clipboard-read', 'clipboard-write'];
    const { page, definitions } = await open('#/groups/old_accounts', { ...WIDE, permissions });
    const values = page.getByLabel('Values, one a line');
    await until(async () => expect(await values.inputValue()).toBe('17\n42\n108\next-9'));
    const many = Array.from({ length: 20_000 - 4 }, (_, index) => `person-${index}@example.com`);
    // Pasted as people do it: what is typed by the browser's driver is laid out line by line, for minutes.
    await page.evaluate(
      (text) => navigator.clipboard.writeText(text),
      ['17', '42', '108', 'ext-9', '500', ...many, 'ext-9'].join('\n'),
    );
    await values.press('Control+A');
    await values.press('Control+V');
    const count = page.getByRole('status', { name: 'How many' });
    await count.getByText('20,001 values').waitFor();
    await page.getByText('values has 20001 members; the limit is 20000').waitFor();
    await values.fill('17\n42\next-9\n500, 600\next-9');
    await page.getByRole('button', { name: 'One a line' }).click();
    expect(await values.inputValue()).toBe('17\n42\next-9\n500\n600\next-9');
    expect(await count.textContent()).toBe('5 values · 1 line said one again');
    await page.getByText('2 texts look like a number').waitFor();
    await publish(page).click();
    await page.getByText('Clients have it within a second').waitFor();
    const stored = () => definitions.find('group', 'old_accounts')?.definition as GroupDefinition;
    expect(stored().values).toEqual([17, 42, 'ext-9', '500', '600']);
    await page.getByRole('button', { name: 'Take as numbers' }).click();
    await publish(page).click();
    await until(() => expect(stored().values).toEqual([17, 42, 'ext-9', 500, 600]));
    await page.getByRole('button', { name: 'Archive the list' }).click();
    await until(() =>
      expect(definitions.find('group', 'old_accounts')?.archived_at).not.toBeNull(),
    );
  });

  it('leads from a rule to segments, and says what they are for while there are none', async () => {
    const definitions = createFakeDefinitions({
      definitions: {
        flags: [
          {
            key: 'banner',
            type: 'boolean',
            variants: { on: true, off: false },
            default: 'off',
            environments: {
              production: { isOn: true, rules: [{ id: 'r', serve: { variant: 'on' } }] },
            },
          },
        ],
        experiments: [],
        segments: [],
        groups: [],
      },
    });
    const { page, url } = await open('#/flags/banner', WIDE, definitions);
    const rule = page.locator('.rules > .rule').first();
    await rule.getByRole('button').first().click();
    await rule.getByRole('link', { name: 'Write the first one' }).click();
    await page.getByText('Whom you name once').first().waitFor();
    await page.getByRole('button', { name: 'New list' }).click();
    await page.getByLabel('Key of the new list').fill('friends');
    await page.keyboard.press('Enter');
    await page.getByLabel('Values, one a line').fill('u-1\nu-2');
    await publish(page).click();
    await page.getByText('Clients have it within a second').waitFor();
    await page.getByRole('button', { name: 'New segment' }).click();
    await page.getByLabel('Key of the new segment').fill('buyers');
    await page.keyboard.press('Enter');
    await deed(page, 1).getByLabel('Event').fill('checkout_completed');
    await publish(page).click();
    await page.getByText('Its people are counted').waitFor();
    await page.goto(`${url}#/flags/banner`);
    await rule.getByRole('button').first().click();
    await page.getByRole('button', { name: 'buyers' }).first().click();
    await publish(page).click();
    await page.getByText('Clients have it within a second').waitFor();
    const flag = definitions.find('flag', 'banner')?.definition as FlagDefinition;
    expect(flag.environments['production']?.rules[0]?.segments).toEqual({ any: ['buyers'] });
  });

  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    it.each([
      ['390', NARROW],
      ['1280', WIDE],
    ] as const)('has AA contrast, names, and no sideways scroll at %s px', async (_, context) => {
      const { page, url } = await open('#/segments', { ...context, colorScheme });
      const audit = async () => {
        expect(await sideways(page)).toBeLessThanOrEqual(0);
        expect(await faintTexts(page)).toEqual([]);
        expect(await namelessControls(page)).toEqual([]);
        if (context === NARROW) expect(await smallTargets(page)).toEqual([]);
      };
      await page.getByText('1,204 people').waitFor();
      await page.getByRole('button', { name: 'New segment' }).click();
      await audit();
      await page.goto(`${url}#/segments/regulars`);
      await members(page).getByText('1,204 people').waitFor();
      await audit();
      await deed(page, 1).getByLabel('How often').selectOption('between');
      await page.getByRole('button', { name: 'And', exact: true }).click();
      await audit();
      await page.getByRole('button', { name: 'By what they are' }).click();
      await audit();
      await page.goto(`${url}#/segments/enterprise`);
      await page.getByRole('button', { name: 'Archive the segment' }).click();
      await page.getByText('is named by flag').waitFor();
      await audit();
      await page.goto(`${url}#/groups/old_accounts`);
      await page.getByLabel('Values, one a line').fill('17\n500,600');
      await audit();
    });
  });
});
