import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHROMIUM_ARGS, findChromium } from '@px-platform/test-browser';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVENTS, FAULT_CASES, type FaultCase, type FaultOutcome } from './fault-cases.js';
import { fetchSdkScripts, type SdkScripts } from './fault-proxy.js';
import { openStage } from './fault-stage.js';
import { faultTable, type FaultLine } from './fault-table.js';
import { KILLED_EVENT, killBrowserAtRandom, type KilledBrowser } from './killed-browser.js';
import { freePort, startPxDev, type PxDev } from './px-dev.js';
import { seededRandom } from './seeded-random.js';
import { readStoredRows, type StoredRow } from './stored-rows.js';

const executablePath = findChromium() ?? '';
/** Drawn anew for each run and printed with the table; put it here to play a run again. */
const SEED = Date.now() % 2 ** 31;
const KILLS = 50;
/** So many where the browser itself gave up what it kept of most of the rounds. */
const KILLS_AGAIN = 25;
/** Cases side by side, beside the browser that is killed. Most of the time each of them waits. */
const LANES = 3;
/** Nothing is begun later than this, and everything ends by itself a minute after: what was played is told. */
const BEGIN_MS = 200_000;
const RUN_MS = 410_000;
/** Of which so many are for killing once more. */
const AGAIN_MS = 100_000;

/** A case once it was played. */
interface Played {
  readonly seconds: number;
  readonly outcome: Omit<FaultOutcome, 'rows'>;
  readonly error: unknown;
}

describe.skipIf(executablePath === '')('given faults between a page and the store', () => {
  const played = new Map<FaultCase, Played>();
  let dataDir: string;
  let px: PxDev;
  let scripts: SdkScripts;
  let browser: Browser;
  let killed: KilledBrowser & { readonly seconds: number };
  let rows: readonly StoredRow[] = [];

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'px-faults-'));
    px = await startPxDev({ dataDir, port: await freePort(), args: ['--no-shop'] });
    scripts = await fetchSdkScripts(px);
    browser = await chromium.launch({
      executablePath,
      args: CHROMIUM_ARGS,
      // Whoever comes back to a page finds it as it was, as in every browser of today.
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
    });
    const beginUntil = performance.now() + BEGIN_MS;
    const isLate = () => performance.now() > beginUntil;
    const waiting = [...FAULT_CASES];
    const lane = async (): Promise<void> => {
      for (let next = waiting.shift(); next && !isLate(); next = waiting.shift()) await play(next);
    };
    await Promise.all([kill(isLate), ...Array.from({ length: LANES }, lane)]);

    // What was answered is stored: seen in the engine's own files, once nobody holds them any more.
    expect(await px.stop('SIGINT')).toBe(0);
    rows = await readStoredRows(dataDir);
    const lines = FAULT_CASES.filter((fault) => played.has(fault)).map(tell);
    console.log(`\n${faultTable([...lines, tellOfKills()])}\nseed ${SEED}\n`);
  }, RUN_MS);

  afterAll(async () => {
    await browser?.close();
    await px?.stop('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  });

  const play = async (fault: FaultCase) => {
    const { crossOrigin = false } = fault;
    const stage = await openStage({ event: eventOf(fault), browser, px, scripts, crossOrigin });
    const startedAt = performance.now();
    let error: unknown = null;
    try {
      await fault.play(stage, seededRandom(SEED + FAULT_CASES.indexOf(fault)));
    } catch (cause) {
      error = cause;
    }
    const { proxy, said, stats } = stage;
    const arrivals = proxy.arrivals(stage.event);
    played.set(fault, {
      seconds: secondsSince(startedAt),
      outcome: { requests: proxy.requests, arrivals, said, stats },
      error,
    });
    await stage.close();
  };

  const kill = async (isLate: () => boolean) => {
    const startedAt = performance.now();
    const random = seededRandom(SEED);
    const parts = { px, scripts, executablePath, random, times: KILLS, isLate };
    let found = await killBrowserAtRandom(parts);
    if (keptRounds(found).length < KILLS_AGAIN) {
      const againUntil = performance.now() + AGAIN_MS;
      const isLateAgain = () => performance.now() > againUntil;
      const again = { times: KILLS_AGAIN, from: KILLS, isLate: isLateAgain };
      found = await killBrowserAtRandom({ ...parts, ...again });
    }
    killed = { ...found, seconds: secondsSince(startedAt) };
  };

  const rowsOf = (event: string) => rows.filter(({ event_name }) => event_name === event);
  const outcomeOf = (fault: FaultCase): Played => {
    const found = played.get(fault);
    if (!found) throw new Error(`${fault.title} was not played in time`);
    return found;
  };

  const tell = (fault: FaultCase): FaultLine => {
    const { outcome, seconds } = outcomeOf(fault);
    const stored = rowsOf(eventOf(fault));
    return {
      case: fault.title,
      tracked: EVENTS,
      stored: stored.length,
      lost: EVENTS - new Set(stored.map(numberOf)).size,
      why: outcome.stats.flatMap(({ dropped }) => Object.keys(dropped)).join(', '),
      repeated: repeated(outcome.arrivals),
      requests: outcome.requests.length,
      seconds,
    };
  };

  /** Of each round, what was tracked, how far the database had confirmed it, and what is in the store. */
  const survivals = () =>
    keptRounds(killed).map(({ round, tracked, confirmed, words }) => {
      const stored = rowsOf(KILLED_EVENT)
        .filter(({ properties }) => properties.round === round)
        .map(numberOf)
        .sort((one, other) => one - other);
      // What is in the store was tracked, even if the page did not live to say so.
      return { tracked: Math.max(tracked, stored.length), confirmed, stored, words };
    });

  const tellOfKills = (): FaultLine => {
    const rounds = survivals();
    const lost = killed.rounds.length - rounds.length;
    const givenUp = lost > 0 ? ` (of ${lost} Chromium itself gave up every database)` : '';
    const sum = (count: (round: (typeof rounds)[number]) => number) =>
      rounds.reduce((total, round) => total + count(round), 0);
    const tracked = sum((round) => round.tracked);
    const stored = sum((round) => round.stored.length);
    const ages = rounds.map(
      ({ words, stored }) =>
        words.find(({ tracked }) => tracked > stored.length)?.beforeKillMs ?? 0,
    );
    return {
      case: `process killed at random, ${killed.rounds.length} times${givenUp}`,
      tracked,
      stored,
      lost: tracked - stored,
      why: `in flight, for ${Math.max(...ages).toFixed(0)} ms at most; of ${sum((round) => round.confirmed)} confirmed none`,
      repeated: repeated(killed.proxy.arrivals(KILLED_EVENT)),
      requests: killed.proxy.requests.length,
      seconds: killed.seconds,
    };
  };

  it.each(FAULT_CASES)('$title: each event is stored once, or counted as lost', (fault) => {
    const { outcome, error } = outcomeOf(fault);
    expect(error).toBeNull();
    const stored = rowsOf(eventOf(fault));
    const lost = new Set(fault.lost);
    expect(stored.map(numberOf).sort((one, other) => one - other)).toEqual(
      Array.from({ length: EVENTS }, (_, n) => n).filter((n) => !lost.has(n)),
    );
    expect(outcome.stats.length).toBeGreaterThan(0);
    for (const { accepted, delivered, pending, dropped } of outcome.stats) {
      const gone = Object.values(dropped).reduce((total, count) => total + count, 0);
      expect({ accepted, pending, gone }).toEqual({
        accepted: delivered + gone,
        pending: 0,
        gone: lost.size,
      });
    }
    const said = outcome.said.join('\n');
    if (fault.isSentOnce) expect(repeated(outcome.arrivals), said).toBe(0);
    expect(said).not.toContain('thrown:');
    fault.check?.({ ...outcome, rows: stored });
  });

  it('process killed at random: what the database had confirmed is stored once, and of the rest a beginning', () => {
    const rounds = survivals();
    expect(rounds.length).toBeGreaterThanOrEqual(KILLS_AGAIN);
    expect(rounds.reduce((sum, { tracked }) => sum + tracked, 0)).toBeGreaterThan(EVENTS);
    for (const { stored, confirmed } of rounds) {
      // Nothing twice, and no hole: what a kill takes is the end of the stream, in flight when it came.
      expect(stored).toEqual(Array.from({ length: stored.length }, (_, n) => n));
      expect(stored.length).toBeGreaterThanOrEqual(confirmed);
    }
  });
});

/**
 * Those of which the browser has kept what was confirmed. Killed in the wrong moment Chromium begins its storage anew (in one of five
 * runs that looked for it): a database that PX never touches is gone with PX's then.
 */
const keptRounds = ({ rounds }: KilledBrowser) =>
  rounds.filter(({ isLostByBrowser }) => !isLostByBrowser);
const eventOf = (fault: FaultCase) => `fault_${FAULT_CASES.indexOf(fault)}`;
const numberOf = ({ properties }: StoredRow) => Number(properties.n);
const secondsSince = (startedAt: number) => (performance.now() - startedAt) / 1_000;
const repeated = (arrivals: ReadonlyMap<string, number>) =>
  [...arrivals.values()].reduce((sum, times) => sum + times - 1, 0);
