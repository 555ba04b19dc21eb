import { EVENT_NAMES } from '@px-platform/protocol';
import type { Plugin } from '@px-platform/sdk-core';
import { onPage } from '../dom/listen.js';

/** What counts as thrashing. */
export interface ThrashedCursorOptions {
  /** Turns back and forth along one axis within two seconds. @default 12 */
  readonly turns?: number;
}

const WINDOW_MS = 2_000;
/** Shorter swings are a shaking hand. */
const SWING_PX = 15;
/** Thrashing goes on: it is told once, when it has stopped for so long. */
const PAUSE_MS = 500;

/** Records `thrashed_cursor` where a mouse is shaken back and forth, once, with the number of turns. */
export function thrashedCursor({ turns: least = 12 }: ThrashedCursorOptions = {}): Plugin {
  return {
    name: 'thrashed-cursor',
    setup({ track, elapsed, onHidden, onDispose }) {
      let startedAt = 0;
      let most = 0;
      let timer: ReturnType<typeof setTimeout> | undefined;

      const tell = () => {
        clearTimeout(timer);
        if (most < least) return;
        track(EVENT_NAMES.thrashedCursor, {
          turns: most,
          duration_ms: Math.round(elapsed() - startedAt),
        });
        most = 0;
      };
      const axes = [createAxis(), createAxis()] as const;
      onHidden(tell);
      onDispose(() => clearTimeout(timer));
      return onPage('pointermove', (event) => {
        const { pointerType, clientX, clientY } = event as PointerEvent;
        if (pointerType !== 'mouse') return;
        const now = elapsed();
        const turns = Math.max(axes[0](clientX, now), axes[1](clientY, now));
        if (turns < least) return;
        if (most === 0) startedAt = now - WINDOW_MS;
        most = Math.max(most, turns);
        clearTimeout(timer);
        timer = setTimeout(tell, PAUSE_MS);
      });
    },
  };
}

/** Counts the turns along one axis in the last two seconds. */
function createAxis(): (position: number, now: number) => number {
  let extreme = 0;
  let direction = 0;
  let times: number[] = [];
  return (position, now) => {
    const moved = position - extreme;
    if (moved * direction > 0) extreme = position;
    else if (Math.abs(moved) >= SWING_PX) {
      if (direction) times.push(now);
      direction = Math.sign(moved);
      extreme = position;
    }
    times = times.filter((time) => now - time <= WINDOW_MS);
    return times.length;
  };
}
