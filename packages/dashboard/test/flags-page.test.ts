import { findChromium } from '@px-platform/test-browser';
import { CONTROL_EVENTS } from '@px-platform/protocol';
import type { FlagDefinition } from '@px-platform/protocol/flags';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { createFakeDefinitions } from '../dev/fake-definitions.js';
import { browserForPages, NARROW, until, WIDE } from './open-page.js';
import { faintTexts, sideways, smallTargets } from './page-audit.js';

const executablePath = findChromium();

describe.skipIf(executablePath === null)('given the built pages of flags and experiments', () => {
  const pages = browserForPages(executablePath);

  async function open(hash: string, context: BrowserContextOptions = WIDE) {
    const definitions = createFakeDefinitions();
    const opened = await pages.open({ context, hash, definitions });
    return { ...opened, definitions };
  }
  const rule = (page: Page, number: number) => page.locator('.rules > .rule').nth(number - 1);
  const verdict = (page: Page) => page.getByRole('status', { name: 'Verdict' });
  const publish = (page: Page) => page.getByRole('button', { name: 'Publish' });
  const flagOf = ({ definitions }: Awaited<ReturnType<typeof open>>, key: string) =>
    definitions.find('flag', key)?.definition as FlagDefinition;

  it('lists what there is, finds it by its words, and keeps its place in the address', async () => {
    const { page } = await open('');
    await page.getByRole('link', { name: 'Flags' }).click();
    const entries = page.getByRole('navigation', { name: 'flags' }).getByRole('link');
    await until(async () => expect(await entries.count()).toBe(4));
    expect(await entries.first().textContent()).toBe('new_onboardingon: on · 2 rules');
    await page.getByRole('textbox', { name: 'Find flags' }).fill('above the shop');
    await until(async () =>
      expect(await entries.allTextContents()).toEqual(['winter_banneroff: off: none']),
    );
    await entries.first().click();
    await page.getByRole('heading', { name: 'winter_banner' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'winter_banner' }).waitFor();
    expect(await page.title()).toBe('winter_banner · Harbour goods · PX');
    await page.goBack();
    await page.getByRole('heading', { name: 'winter_banner' }).waitFor({ state: 'detached' });
    await page.getByLabel('Environment').selectOption('staging');
    await page.getByRole('textbox', { name: 'Find flags' }).fill('onb');
    expect(await entries.allTextContents()).toEqual(['new_onboardingon: on']);
  });

  it('rolls out with a slider, shows at once who gets it, and publishes', async () => {
    const opened = await open('#/flags/new_onboarding');
    const { page, definitions } = opened;
    await until(async () => expect(await verdict(page).textContent()).toContain('false'));
    expect(await page.locator('.trial').textContent()).toContain('not among the first 20 %');
    await rule(page, 2).getByRole('button').first().click();
    const slider = rule(page, 2).getByRole('slider', { name: 'Rolled out to' });
    await slider.focus();
    await slider.press('End');
    expect(await rule(page, 2).locator('.rule-serving').textContent()).toBe('on');
    await until(async () =>
      expect(await verdict(page).textContent()).toMatch(/true.*a rule says so: brazil/),
    );
    await publish(page).click();
    await page.getByText('Clients have it within a second').waitFor();
    expect(definitions.find('flag', 'new_onboarding')?.version).toBe(2);
    expect(flagOf(opened, 'new_onboarding').environments['production']?.rules[1]?.serve).toEqual({
      variant: 'on',
      percent: 100,
    });
    await page.getByRole('button', { name: 'History' }).click();
    await page.getByRole('button', { name: 'Take up again' }).click();
    await page.getByText('Changed, and not published yet').waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
    expect(await publish(page).count()).toBe(0);
  });

  it('builds a rule of rows, which is the JSON beside it', async () => {
    const opened = await open('#/flags/winter_banner');
    const { page } = opened;
    await page.getByRole('switch').click();
    await page.getByRole('button', { name: 'Add a rule' }).click();
    await rule(page, 1).getByRole('button').first().click();
    await page.getByRole('button', { name: 'Only some people' }).click();
    const row = page.getByRole('group', { name: 'Condition 1' });
    await row.getByLabel('Attribute').fill('plan');
    await row.getByLabel('Comparison').selectOption('is one of');
    await row.getByLabel('Values').fill('pro, team');
    await page.getByRole('button', { name: 'And', exact: true }).click();
    const second = page.getByRole('group', { name: 'Condition 2' });
    await second.getByLabel('Attribute').fill('$visits');
    await second.getByLabel('Comparison').selectOption('is at least');
    await second.getByLabel('Value').fill('3');
    const pick = async (legend: string, segment: string) =>
      page.getByRole('group', { name: legend }).getByRole('button', { name: segment }).click();
    await pick('In none of the segments', 'newcomers');
    await pick('In every one of the segments', 'enterprise');
    await pick('In every one of the segments', 'regulars');
    await rule(page, 1).getByLabel('Rolled out to, percent').fill('12.5');
    expect(await rule(page, 1).locator('.rule-audience').textContent()).toBe(
      'plan is one of pro, team, $visits is at least 3, in enterprise and regulars, not in newcomers',
    );
    await page.getByRole('button', { name: 'JSON', exact: true }).click();
    const json = page.getByLabel('The flag as JSON');
    const written = {
      isOn: true,
      rules: [
        {
          id: 'rule-1',
          condition: { plan: { $in: ['pro', 'team'] }, $visits: { $gte: 3 } },
          segments: { none: ['newcomers'], all: ['enterprise', 'regulars'] },
          serve: { variant: 'winter', percent: 12.5 },
        },
      ],
    };
    const typed = JSON.parse(await json.inputValue()) as FlagDefinition;
    expect(typed.environments['production']).toEqual(written);

    await json.fill(JSON.stringify(typed, null, 2).replace('12.5', '40'));
    expect(await rule(page, 1).getByLabel('Rolled out to, percent').inputValue()).toBe('40');
    await json.fill('{ "key": ');
    await page.getByText('Not JSON yet').waitFor();
    expect(await rule(page, 1).getByLabel('Rolled out to, percent').inputValue()).toBe('40');
    await json.fill(JSON.stringify(typed));
    await publish(page).click();
    await page.getByText('Clients have it within a second').waitFor();
    expect(flagOf(opened, 'winter_banner').environments['production']).toEqual(written);
  });

  it('leaves a condition that rows cannot say as it is, and has it edited as JSON', async () => {
    const { page } = await open('#/flags/new_onboarding');
    await page.getByRole('button', { name: 'JSON', exact: true }).click();
    const json = page.getByLabel('The flag as JSON');
    const flag = JSON.parse(await json.inputValue()) as FlagDefinition;
    const [, brazil] = flag.environments['production']!.rules;
    const rules = [{ ...brazil, condition: { $nor: [{ plan: 'free' }, { tags: { $size: 0 } }] } }];
    await json.fill(
      JSON.stringify({ ...flag, environments: { production: { isOn: true, rules } } }),
    );
    await rule(page, 1).getByRole('button').first().click();
    const condition = page.getByLabel('Condition as JSON');
    expect(JSON.parse(await condition.inputValue())).toEqual(rules[0]!.condition);
    await condition.fill('{ "plan": "pro" }');
    await page.getByRole('group', { name: 'Condition 1' }).getByLabel('Value').waitFor();
  });

  it('says what is wrong by where it is, and lets nothing wrong out', async () => {
    const { page, definitions } = await open('#/flags/new_onboarding');
    await page.getByRole('button', { name: 'JSON', exact: true }).click();
    const json = page.getByLabel('The flag as JSON');
    const text = await json.inputValue();
    await json.fill(text.replace('"$gte": 2', '"$gtt": 2'));
    await page.getByText('1 thing to mend').waitFor();
    expect(await publish(page).isDisabled()).toBe(true);
    await rule(page, 2).locator('.badge', { hasText: 'wrong' }).waitFor();
    await rule(page, 2).getByRole('button').first().click();
    const fault = rule(page, 2).getByRole('list', { name: 'What is wrong' });
    expect(await fault.textContent()).toContain('condition.$visits.$gtt');
    await json.fill(text.replace('"percent": 20', '"percent": 21'));
    // Somebody else is faster.
    const other = definitions.find('flag', 'new_onboarding')!;
    await fetch(new URL('/v1/flags/new_onboarding', page.url()), {
      method: 'PUT',
      body: JSON.stringify({ definition: other.definition, based_on: 1 }),
    });
    await publish(page).click();
    await page.getByText('somebody has stored version 2 since').waitFor();
    expect(await rule(page, 2).getByLabel('Rolled out to, percent').inputValue()).toBe('21');
  });

  it('begins a flag, names its values, and puts it away', async () => {
    const opened = await open('#/flags');
    const { page, definitions } = opened;
    await page.getByRole('button', { name: 'New flag' }).click();
    const key = page.getByLabel('Key of the new flag');
    await key.fill('checkout');
    await page.getByText('There is a flag checkout already').waitFor();
    await key.fill('no spaces');
    expect(await page.getByRole('button', { name: 'Begin' }).isDisabled()).toBe(true);
    await key.fill('price_label');
    await page.getByLabel('Its values are').selectOption('string');
    await key.press('Enter');
    await page.getByRole('heading', { name: 'price_label' }).waitFor();
    await page.getByLabel('Name of variant 1').fill('net');
    await page.getByLabel('Value of net').fill('Price without tax');
    await publish(page).click();
    await page.getByRole('navigation', { name: 'flags' }).getByText('price_label').waitFor();
    expect(flagOf(opened, 'price_label').variants).toEqual({
      net: 'Price without tax',
      off: 'old',
    });
    await page.getByRole('button', { name: 'Archive the flag' }).click();
    await page.getByRole('button', { name: 'Archive (1)' }).waitFor();
    expect(definitions.find('flag', 'price_label')?.archived_at).not.toBeNull();
    await page.getByRole('button', { name: 'Restore the flag' }).click();
    await until(() => expect(definitions.find('flag', 'price_label')?.archived_at).toBeNull());
  });

  it('says why something cannot be put away', async () => {
    const { page, definitions } = await open('#/experiments/checkout_flow_v2');
    await page.getByRole('button', { name: 'Archive the experiment' }).click();
    await page.getByText('is run by flag checkout').waitFor();
    const flag = definitions.find('flag', 'checkout')!.definition as FlagDefinition;
    const requires = [{ flag: 'winter_banner', variants: ['winter'] }];
    const rules = [{ id: 'r', serve: { variant: 'classic' }, requires }];
    await fetch(new URL('/v1/flags/checkout', page.url()), {
      method: 'PUT',
      body: JSON.stringify({
        definition: { ...flag, environments: { production: { isOn: true, rules } } },
        based_on: 1,
      }),
    });
    await page.goto(`${page.url().split('#')[0]}#/flags/winter_banner`);
    await page.getByRole('button', { name: 'Archive the flag' }).click();
    await page.getByText('is required by flag checkout').waitFor();
  });

  it('starts, stops and judges experiments, and counts who is exposed as they come', async () => {
    const { page, api, sample, definitions } = await open('#/experiments/checkout_flow_v2');
    await page.getByRole('link', { name: 'checkout', exact: true }).waitFor();
    const expose = (unit: string, variant: string, experiment = 'checkout_flow_v2') => {
      const event = sample.of('stored', Date.now());
      const properties = { experiment, variant, unit_id: unit, unit_type: 'user_id', phase: '1' };
      api.push({
        ...event,
        event: CONTROL_EVENTS.exposure,
        event_id: `${unit}-${variant}-${experiment}-${Math.random()}`,
        arrived: { ...(event.arrived as object), properties },
      });
    };
    expose('u-1', 'classic');
    expose('u-2', 'one-page');
    expose('u-3', 'one-page');
    // The same person in another session is one unit.
    expose('u-3', 'one-page');
    expose('u-9', 'classic', 'another');
    await until(async () =>
      expect(await page.locator('.exposure-count').allTextContents()).toEqual(['1', '2']),
    );
    expect(await page.locator('.exposures > li').count()).toBe(4);
    expect(await page.getByText('3 units of 8,000 planned').count()).toBe(1);
    await page.getByLabel('What everybody gets then').selectOption('one-page');
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.locator('.tag[data-status=stopped]').waitFor();
    expect(definitions.find('experiment', 'checkout_flow_v2')?.definition).toMatchObject({
      status: 'stopped',
      winner: 'one-page',
    });
    await page.getByRole('button', { name: 'Start again' }).click();
    await page.getByText('running, phase 2').waitFor();

    await page.getByLabel(/In the experiment/).fill('100');
    await page
      .getByRole('group', { name: 'Guardrails' })
      .getByRole('button', { name: 'Add' })
      .click();
    await publish(page).click();
    await until(() =>
      expect(definitions.find('experiment', 'checkout_flow_v2')?.definition).toMatchObject({
        variants: [{ range: [0, 0.5] }, { range: [0.5, 1] }],
        metrics: { guardrails: [{ key: 'errors' }, { kind: 'conversion' }] },
      }),
    );
  });

  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    it.each([
      ['390', NARROW],
      ['1280', WIDE],
    ] as const)('has AA contrast and no sideways scroll at %s px', async (_, context) => {
      const { page, url } = await open('#/flags', { ...context, colorScheme });
      const audit = async () => {
        expect(await sideways(page)).toBeLessThanOrEqual(0);
        expect(await faintTexts(page)).toEqual([]);
        if (context === NARROW) expect(await smallTargets(page)).toEqual([]);
      };
      await page.getByRole('link', { name: 'new_onboarding' }).waitFor();
      await page.getByRole('button', { name: 'New flag' }).click();
      await audit();
      await page.getByRole('link', { name: 'new_onboarding' }).click();
      for (const number of [2, 1]) await rule(page, number).getByRole('button').first().click();
      await audit();
      await page.getByRole('button', { name: 'Several' }).first().click();
      await page.getByRole('switch').click();
      await audit();
      await page.getByRole('button', { name: 'History' }).click();
      await audit();
      await page.goto(`${url}#/experiments/checkout_flow_v2`);
      await page.getByLabel('Hypothesis').waitFor();
      await audit();
    });
  });
});
