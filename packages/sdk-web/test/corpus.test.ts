/// <reference types="node" />
import { findChromium, launchChromium } from '@px-platform/test-browser';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleSources } from './bundle-sources.js';
import { CONTROLS } from './corpus/controls.js';
import { FRUSTRATION } from './corpus/frustration.js';
import { JOURNEYS } from './corpus/journeys.js';
import type { Scenario } from './corpus/scenario.js';
import { SECOND_HAND } from './corpus/second-hand.js';
import { startStubCollector, type StubCollector } from './stub-collector.js';

const executablePath = findChromium();
const SCENARIOS: readonly Scenario[] = [...CONTROLS, ...JOURNEYS, ...FRUSTRATION, ...SECOND_HAND];
const AT_ONCE = 5;
const VIEWPORT = { width: 500, height: 400 };
const F1_AT_LEAST = 0.95;
/** By each of the two hands that wrote the pages. */
const F1_BY_HAND = 0.9;
const isSecondHand = ({ scenario }: Outcome) => SECOND_HAND.includes(scenario);

interface Outcome {
  readonly scenario: Scenario;
  readonly rage: boolean;
  readonly dead: boolean;
}

describe.skipIf(executablePath === null)('given the corpus of labelled clicks', () => {
  let browser: Browser;
  let collector: StubCollector;
  const outcomes: Outcome[] = [];

  beforeAll(async () => {
    collector = await startStubCollector({ sdk: await bundleSources('iife') });
    browser = await launchChromium(executablePath);
  });
  afterAll(async () => {
    await browser?.close();
    await collector?.close();
  });

  async function play(
    context: BrowserContext,
    scenario: Scenario,
    index: number,
  ): Promise<Outcome> {
    const path = `/scenario/${index}`;
    const options = { apiKey: 'px_write_key', projectId: `corpus-${index}` };
    collector.pages.set(
      path,
      `<!doctype html><title>${scenario.name}</title><script src="/sdk.js"></script>
       <script>PX.init(${JSON.stringify(options)})</script><body>${scenario.html}</body>`,
    );
    const page = await context.newPage();
    await page.goto(`${collector.origin}${path}`);
    await page.waitForTimeout(300);
    await scenario.act(page);
    await page.waitForTimeout(3_000);
    // A page that is just being left may never answer.
    await Promise.race([
      page.evaluate(() => (globalThis as { PX?: typeof PX }).PX?.flush()).catch(() => {}),
      soon(),
    ]);
    const events = collector.received
      .filter(({ batch }) => batch.project_id === options.projectId)
      .flatMap(({ batch }) => batch.events);
    const has = (name: string) =>
      events.some(
        ({ event, properties }) =>
          event === name && (!scenario.on || properties?.['id'] === scenario.on),
      );
    expect(events.length, `${scenario.name}: nothing was recorded`).toBeGreaterThan(0);
    // With the windows it opened.
    for (const each of context.pages()) await Promise.race([each.close(), soon()]);
    return {
      scenario,
      rage: has('rage_click'),
      dead: has('dead_click'),
    };
  }

  it(`plays ${SCENARIOS.length} of them`, { timeout: 400_000 }, async () => {
    expect(SCENARIOS.length).toBeGreaterThanOrEqual(60);
    expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
    const queue = [...SCENARIOS.entries()];
    const work = async () => {
      // A window each, that nothing throttles.
      const context = await browser.newContext({ viewport: VIEWPORT, hasTouch: true });
      for (let next = queue.shift(); next; next = queue.shift()) {
        const [index, scenario] = next;
        outcomes.push(await play(context, scenario, index));
      }
      await context.close();
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const isWrong = ({ scenario, rage, dead }: Outcome) =>
      scenario.rage !== rage || scenario.dead !== dead;
    const atFirst = (['rage', 'dead'] as const).map((kind) => score(outcomes, kind).f1.toFixed(3));
    console.log(`\n  F1 at first, ${AT_ONCE} pages at once: rage ${atFirst.join(', dead ')}`);
    // A busy machine clicks late, and clocks tick just then: what was wrong is looked at once more, alone.
    const context = await browser.newContext({ viewport: VIEWPORT, hasTouch: true });
    for (const [index, outcome] of outcomes.entries()) {
      if (!isWrong(outcome)) continue;
      outcomes[index] = await play(context, outcome.scenario, SCENARIOS.length + index);
    }
    await context.close();
    const lines = [
      ...(['rage', 'dead'] as const).flatMap((kind) =>
        [
          ['all', outcomes] as const,
          ['first hand', outcomes.filter((each) => !isSecondHand(each))] as const,
          ['second hand', outcomes.filter(isSecondHand)] as const,
        ].map(([which, some]) => {
          const { precision, recall, f1 } = score(some, kind);
          return `  ${kind} ${which.padEnd(11)} (${some.length}): precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}, F1 ${f1.toFixed(3)}`;
        }),
      ),
      ...outcomes
        .filter(isWrong)
        .map(
          ({ scenario, rage, dead }) =>
            `  wrong: ${scenario.name}: rage ${rage} (is ${scenario.rage}), dead ${dead} (is ${scenario.dead})`,
        ),
    ];
    console.log(`\n${lines.join('\n')}\n`);
  });

  it.each(['rage', 'dead'] as const)('tells %s clicks as people do', (kind) => {
    expect(outcomes).toHaveLength(SCENARIOS.length);
    expect(score(outcomes, kind).f1).toBeGreaterThanOrEqual(F1_AT_LEAST);
    for (const isTheirs of [isSecondHand, (each: Outcome) => !isSecondHand(each)])
      expect(score(outcomes.filter(isTheirs), kind).f1).toBeGreaterThanOrEqual(F1_BY_HAND);
  });
});

const soon = () => new Promise((resolve) => setTimeout(resolve, 2_000));

function score(outcomes: readonly Outcome[], kind: 'rage' | 'dead') {
  const count = (label: boolean, found: boolean) =>
    outcomes.filter((each) => each.scenario[kind] === label && each[kind] === found).length;
  const [hits, misses, falseAlarms] = [count(true, true), count(true, false), count(false, true)];
  const precision = hits / Math.max(1, hits + falseAlarms);
  const recall = hits / Math.max(1, hits + misses);
  return { precision, recall, f1: (2 * precision * recall) / Math.max(1e-9, precision + recall) };
}
