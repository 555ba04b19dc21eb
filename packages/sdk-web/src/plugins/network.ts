import { EVENT_NAMES } from '@px-platform/protocol';
import { createGate, type Plugin } from '@px-platform/sdk-core';
import { onRequest } from '../dom/on-request.js';
import { OWN_ADDRESS } from '../own-address.js';
import { browserTimers } from '../platform/timers.js';

/** Which requests are recorded. */
export interface NetworkOptions {
  /** Answers of this status and above are failures, and so is no answer. @default 400 */
  readonly failedFrom?: number;
  /** A request is slow from here, in milliseconds until its answer begins. @default 3000 */
  readonly slowMs?: number;
}

const REFILL_MS = 10_000;

/**
 * Records `network`: requests that failed or were slow, and files of scripts, styles and images that did not
 * load. Of one method, address and status one is told each ten seconds; `count` is how many it stands for.
 */
export function network({ failedFrom = 400, slowMs = 3_000 }: NetworkOptions = {}): Plugin {
  return {
    name: 'network',
    setup({ track, elapsed, onHidden, onDispose }) {
      const gate = createGate<object>({
        burst: 1,
        refillMs: REFILL_MS,
        elapsed,
        setTimer: browserTimers.setTimer,
        emit: (request, count) => track(EVENT_NAMES.network, { ...request, count }),
      });
      onHidden(gate.flush);
      onDispose(gate.flush);
      return onRequest(({ kind, method, address, url, status, isFailed, durationMs, size }) => {
        const isSlow = durationMs !== undefined && durationMs >= slowMs;
        if (OWN_ADDRESS.test(address) || !(isFailed || status >= failedFrom || isSlow)) return;
        gate.pass(`${method} ${url} ${status}`, {
          kind,
          method,
          url,
          status,
          duration_ms: durationMs,
          size,
        });
      }, elapsed);
    },
  };
}
