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
const AT_ONCE = 10;
const VIEWPORT = { width: 500, height: 400 };
const F1_AT_LEAST = 0.95;
/** Every third was not run while the detector was made. */
const isHeldOut = (index: number) => index % 3 === 2;

interface Outcome {
  readonly scenario: Scenario;
  readonly isHeldOut: boolean;
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
    await page.evaluate(() => (globalThis as { PX?: typeof PX }).PX?.flush()).catch(() => {});
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
    for (const each of context.pages()) await each.close();
    return {
      scenario,
      isHeldOut: isHeldOut(index),
      rage: has('rage_click'),
      dead: has('dead_click'),
    };
  }

  it(`plays ${SCENARIOS.length} of them`, { timeout: 240_000 }, async () => {
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
    const lines = [
      ...(['rage', 'dead'] as const).flatMap((kind) =>
        [
          ['all', outcomes] as const,
          ['held out', outcomes.filter((each) => each.isHeldOut)] as const,
        ].map(([which, some]) => {
          const { precision, recall, f1 } = score(some, kind);
          return `  ${kind} ${which.padEnd(8)} (${some.length}): precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}, F1 ${f1.toFixed(3)}`;
        }),
      ),
      ...outcomes
        .filter(({ scenario, rage, dead }) => scenario.rage !== rage || scenario.dead !== dead)
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
  });
});

function score(outcomes: readonly Outcome[], kind: 'rage' | 'dead') {
  const count = (label: boolean, found: boolean) =>
    outcomes.filter((each) => each.scenario[kind] === label && each[kind] === found).length;
  const [hits, misses, falseAlarms] = [count(true, true), count(true, false), count(false, true)];
  const precision = hits / Math.max(1, hits + falseAlarms);
  const recall = hits / Math.max(1, hits + misses);
  return { precision, recall, f1: (2 * precision * recall) / Math.max(1e-9, precision + recall) };
}
