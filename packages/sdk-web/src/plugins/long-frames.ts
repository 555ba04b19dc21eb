import { EVENT_NAMES } from '@px-platform/protocol';
import { PRIORITIES, type Plugin } from '@px-platform/sdk-core';
import { bareUrl } from '../dom/bare-url.js';
import { canObserve, observe } from '../dom/observe.js';

/** Which frames are recorded. */
export interface LongFrameOptions {
  /** A frame is long from here, in milliseconds. @default 200 */
  readonly slowMs?: number;
  /** Of one view so many are told; the rest is counted. @default 10 */
  readonly perView?: number;
}

/** What the browser tells of a long frame; TypeScript does not know it yet. */
interface LongFrame extends PerformanceEntry {
  readonly blockingDuration?: number;
  readonly scripts?: readonly (PerformanceEntry & {
    readonly invoker: string;
    readonly sourceURL: string;
    readonly sourceFunctionName: string;
  })[];
}

/** Records `long_frame`: when the page did not answer for a while, and which script was at work the longest. */
export function longFrames({ slowMs = 200, perView = 10 }: LongFrameOptions = {}): Plugin {
  return {
    name: 'long-frames',
    priority: PRIORITIES.vitals,
    setup({ track, onEvent, onHidden }) {
      let told = 0;
      let rest = { count: 0, duration_ms: 0, blocking_ms: 0 };

      const finish = () => {
        if (rest.count > 0) track(EVENT_NAMES.longFrame, rest);
        rest = { count: 0, duration_ms: 0, blocking_ms: 0 };
      };
      const onFrame = ({ duration, blockingDuration = 0, scripts = [] }: LongFrame) => {
        if (duration < slowMs) return;
        const [duration_ms, blocking_ms] = [Math.round(duration), Math.round(blockingDuration)];
        if (++told > perView) {
          rest.count += 1;
          rest.duration_ms += duration_ms;
          rest.blocking_ms += blocking_ms;
          return;
        }
        const [worst] = [...scripts].sort((x, y) => y.duration - x.duration);
        const script = worst && bareUrl(worst.sourceURL);
        track(EVENT_NAMES.longFrame, {
          count: 1,
          duration_ms,
          blocking_ms,
          ...(worst && {
            script,
            function: worst.sourceFunctionName,
            invoker: worst.invoker,
            script_ms: Math.round(worst.duration),
          }),
          ...(OWN.test(script ?? '') && { px: true }),
        });
      };

      const type = 'long-animation-frame';
      const { flush, dispose } = observe(canObserve(type) ? type : 'longtask', onFrame);
      onEvent(({ event }) => {
        if (event !== EVENT_NAMES.pageView) return;
        finish();
        told = 0;
      });
      onHidden(() => {
        flush();
        finish();
      });
      return dispose;
    },
  };
}

/** The script tag's file: of a bundle nobody can tell which part was at work. */
const OWN = /\/px[\w.]*\.js$/;
