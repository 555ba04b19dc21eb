import { EVENT_NAMES } from '@px-platform/protocol';
import type { Plugin } from '@px-platform/sdk-core';
import { describeElement } from '../dom/describe-element.js';
import { onPage } from '../dom/listen.js';
import { onActionClick, type ActionClick } from '../dom/on-click.js';

/** How close an error must follow. */
export interface ErrorClickOptions {
  /** Milliseconds from the click to the error. @default 1000 */
  readonly withinMs?: number;
}

/** Records `error_click` where an error of the page follows a click: once a click, with the first error. */
export function errorClicks({ withinMs = 1_000 }: ErrorClickOptions = {}): Plugin {
  return {
    name: 'error-clicks',
    setup({ track, elapsed, onDispose }) {
      let last: { readonly click: ActionClick; readonly at: number } | null = null;
      onDispose(onActionClick((click) => (last = { click, at: elapsed() })));
      const fail = (message: unknown) => {
        const delayMs = last ? elapsed() - last.at : Infinity;
        // A file that does not load fires the same event, without a message.
        if (!last || message === undefined || delayMs > withinMs) return;
        const { actionable, x, y } = last.click;
        last = null;
        track(EVENT_NAMES.errorClick, {
          ...describeElement(actionable),
          x,
          y,
          // Pages reject with anything.
          // oxlint-disable-next-line typescript/no-base-to-string
          message: String(message).slice(0, 1_000),
          delay_ms: Math.round(delayMs),
        });
      };
      onDispose(onPage('error', (event) => fail((event as ErrorEvent).message)));
      return onPage('unhandledrejection', (event) => {
        const reason: unknown = (event as PromiseRejectionEvent).reason;
        fail(reason instanceof Error ? reason.message : reason);
      });
    },
  };
}
