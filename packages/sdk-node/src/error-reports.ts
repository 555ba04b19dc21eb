import { EVENT_NAMES } from '@px-platform/protocol';
import {
  createGate,
  createRedaction,
  describeError,
  type Disposer,
  type ErrorDescription,
  type Logger,
} from '@px-platform/sdk-core';
import type { Call, EventDetails } from './event-maker.js';
import { clock, nodePlatform } from './node-platform.js';

/** Tells of errors, and of a flood of one kind only how many. */
export interface ErrorReports {
  /** `record` makes an event of the call, now or later. Never throws. */
  readonly capture: (report: ErrorReport, record: (call: Call) => void) => void;
  /** Tells what is counted and not yet told. */
  readonly flush: Disposer;
}

/** What was thrown, and what is said beside it. */
export interface ErrorReport {
  readonly error: unknown;
  readonly properties?: object | undefined;
  readonly details?: EventDetails | null | undefined;
}

/** As a page has it. */
const BURST = 10;
const REFILL_MS = 10_000;
const AGAIN_MS = 1_000;

/** Creates the reports: of one group ten at once, then one each ten seconds; `count` is how many an event stands for. */
export function createErrorReports(log: Logger): ErrorReports {
  const gate = createGate<(count: number) => void>({
    burst: BURST,
    refillMs: REFILL_MS,
    elapsed: clock.elapsed,
    setTimer: nodePlatform.timers.setTimer,
    emit: (tell, count) => tell(count),
  });
  /** When each was told last. */
  const told = new WeakMap<object, number>();
  /** What a handler has told of, and then thrown, comes by here again on its way out. */
  const isTold = (error: unknown, properties: object | undefined): boolean => {
    if (typeof error !== 'object' || error === null) return false;
    const now = clock.elapsed();
    const isAgain = now - (told.get(error) ?? -Infinity) < AGAIN_MS;
    told.set(error, now);
    const { handled } = Object(properties) as { readonly handled?: unknown };
    return isAgain && handled === false;
  };
  return {
    capture({ error, properties, details }, record) {
      try {
        if (isTold(error, properties)) return;
        const { group, ...described } = redacted(describeError(error));
        const timestamp = clock.now();
        gate.pass(group, (count) =>
          record({
            verb: 'captureError',
            event: EVENT_NAMES.error,
            properties: {
              handled: true,
              mechanism: 'manual',
              ...properties,
              ...described,
              group,
              count,
            },
            // An error of nobody's request is the service's.
            details: { timestamp, service: true, ...details },
          }),
        );
      } catch (cause) {
        log.error('errors', cause);
      }
    },
    flush: gate.flush,
  };
}

/** As a page's are: messages are made of what people type. */
const { text: redact } = createRedaction(true);

function redacted(error: ErrorDescription): ErrorDescription {
  const { causes } = error;
  const plain = <T extends { readonly message: string }>(thrown: T): T => ({
    ...thrown,
    message: redact(thrown.message),
  });
  return { ...plain(error), ...(causes && { causes: causes.map(plain) }) };
}
