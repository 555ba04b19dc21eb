import type { Disposer } from '../disposer.js';
import { combineDisposers } from '../disposer.js';
import type { ClientOptions } from '../options.js';
import type { Platform } from '../platform.js';
import { within } from '../within.js';
import type { ConfigResponse, ConfigSource } from './source.js';

/** Keeps flags as they are published: asks, listens, and asks again. */
export interface Refresh {
  /** Asks now. Resolves once answered, or given up. */
  ask(): Promise<void>;
  readonly dispose: Disposer;
}

/** What is asked for, and what becomes of the answer. */
export interface Question {
  readonly path: string;
  readonly body: string | undefined;
  readonly etag: string | null;
  /** How it was: `again` asks once more at once, `never` will not get better soon. */
  settle(response: ConfigResponse): 'good' | 'again' | 'bad' | 'never';
}

const PATH = '/v1/config/stream';
const TIMEOUT_MS = 10_000;
/** An adapter may forget its own timeout; no later question must wait for that. */
const GIVE_UP_MS = 12_000;
const BASE_MS = 1_000;
const CAP_MS = 300_000;
/** So many failures, and the wait is as long as can be. */
const LASTING = 9;
/** People look up something in another tab and come back. */
const LINGER_MS = 20_000;
const NO_ANSWER: ConfigResponse = { status: 0, etag: null, body: '' };

/** Creates it; nothing is asked before the first `ask`. */
export function createRefresh({
  source,
  platform: { lifecycle, timers, randomBytes },
  options: { apiKey, endpoint },
  refreshMs,
  stream: isStreamed,
  question,
  revision,
}: {
  readonly source: ConfigSource;
  readonly platform: Pick<Platform, 'lifecycle' | 'timers' | 'randomBytes'>;
  readonly options: Pick<ClientOptions, 'apiKey' | 'endpoint'>;
  readonly refreshMs: number;
  readonly stream: boolean;
  readonly question: () => Question;
  /** Of what there is. */
  readonly revision: () => number;
}): Refresh {
  const query = `?key=${encodeURIComponent(apiKey)}`;
  const canStream = isStreamed && source.stream !== undefined;
  let running: Promise<void> | null = null;
  let isAskedAgain = false;
  let isAway = !source.isVisible();
  let isDisposed = false;
  let failures = 0;
  let isAnswered = false;
  let isHeard = false;
  let stopTimer: Disposer | undefined;
  let stopStream: Disposer | undefined;

  const setTimer = (run: () => void, ms: number) => {
    stopTimer?.();
    stopTimer = timers.setTimer(run, ms);
  };
  const rest = () => {
    stopTimer?.();
    stopStream?.();
    stopStream = undefined;
    isHeard = false;
  };

  /** 1 s × 3ⁿ after failures, within the usual measure where only the stream fails; half as long to half as long again. */
  const schedule = () => {
    if (isAway || isDisposed || isHeard) return;
    const most = isAnswered ? refreshMs : CAP_MS;
    const ms = failures > 0 ? Math.min(most, BASE_MS * 3 ** (failures - 1)) : refreshMs;
    setTimer(() => void ask(), ms * (0.5 + (randomBytes(1)[0] ?? 0) / 255));
  };

  const listen = () => {
    if (!canStream || stopStream || isAway || isDisposed) return;
    stopStream = source.stream?.({
      url: endpoint + PATH + query,
      onRevision(published) {
        isHeard = true;
        failures = 0;
        // While nobody looks, the timer is the one that ends this.
        if (!isAway) stopTimer?.();
        if (published !== revision()) void ask();
      },
      onEnd() {
        rest();
        failures += 1;
        schedule();
      },
    });
  };

  const once = async () => {
    const { path, settle, ...rest } = question();
    const response = await within(
      timers,
      GIVE_UP_MS,
      source.fetch({ ...rest, url: endpoint + path + query, timeoutMs: TIMEOUT_MS }),
    ).catch(() => NO_ANSWER);
    if (isDisposed) return;
    const outcome = settle(response);
    isAskedAgain ||= outcome === 'again';
    isAnswered = outcome === 'good';
    if (outcome === 'never') failures = LASTING;
    else if (outcome === 'bad') failures += 1;
    // Else a stream that ends at once would have it ask every second.
    else if (!canStream) failures = 0;
  };

  const ask = () => {
    isAskedAgain = running !== null;
    running ??= (async () => {
      do {
        isAskedAgain = false;
        await once();
      } while (isAskedAgain && !isDisposed);
      running = null;
      schedule();
      if (isAnswered) listen();
    })();
    return running;
  };

  const stop = combineDisposers([
    rest,
    lifecycle.onHidden(() => {
      if (isAway) return;
      isAway = true;
      setTimer(rest, LINGER_MS);
    }),
    lifecycle.onVisible(() => {
      if (!isAway) return;
      isAway = false;
      stopTimer?.();
      void ask();
    }),
    lifecycle.onOnline(() => {
      if (!isAway) void ask();
    }),
  ]);
  return {
    ask,
    dispose() {
      isDisposed = true;
      stop();
    },
  };
}
