import { EVENT_NAMES, type PxEvent } from '@px-platform/protocol';
import type { Plugin, TrackDetails } from '@px-platform/sdk-core';
import { listen } from '../dom/listen.js';
import { patch } from '../dom/patch.js';
import { describeError, type ErrorDescription } from '../errors/describe-error.js';
import { createGate } from '../gate.js';
import { browserTimers } from '../platform/timers.js';

/** How errors are captured. */
export interface ErrorOptions {
  /** Whether what the page says with `console.error` is recorded as an error, too. @default false */
  readonly consoleErrors?: boolean;
}

/** What was thrown, what is known beside it, and when it was if not now. */
type Capture = (thrown: unknown, about?: object, details?: TrackDetails, place?: string) => void;

const BURST = 10;
const REFILL_MS = 10_000;
const BREADCRUMBS = 20;
const LABEL_LENGTH = 60;

/**
 * Records `error`: what the page throws and nobody catches, promises rejected that nobody minds, and what
 * `PX.captureError` is handed. Of one group ten are told at once, then one each ten seconds; `count` is how many
 * an event stands for.
 */
export function errors({ consoleErrors = false }: ErrorOptions = {}): Plugin {
  const early: Parameters<Capture>[] = [];
  let capture: Capture = (...call) => void early.push(call);

  return {
    name: 'errors',
    purpose: 'errors',
    verbs: {
      captureError: (thrown: unknown, properties?: object, details?: TrackDetails) =>
        capture(thrown, { ...properties, handled: true, mechanism: 'manual' }, details),
    },
    setup({ track, onEvent, onHidden, onDispose, elapsed, log }) {
      let crumbs: { readonly event: string; readonly label: string; readonly at: number }[] = [];
      let isBusy = false;
      let last: {
        readonly stack?: unknown;
        readonly message?: unknown;
        readonly error?: ErrorDescription;
      } = {};

      const gate = createGate<{
        error: ErrorDescription;
        about?: object | undefined;
        details?: TrackDetails | undefined;
      }>({
        burst: BURST,
        refillMs: REFILL_MS,
        elapsed,
        setTimer: browserTimers.setTimer,
        emit({ error, about, details }, count) {
          const breadcrumbs = crumbs.map(({ at, ...crumb }) => ({
            ...crumb,
            age_ms: Math.round(elapsed() - at),
          }));
          track(
            EVENT_NAMES.error,
            { handled: false, ...about, ...error, count, breadcrumbs },
            details,
          );
        },
      });

      capture = (thrown, about, details, place) => {
        // What goes wrong in here must not come back as one more error.
        if (isBusy) return;
        isBusy = true;
        try {
          const { stack, message } = Object(thrown) as Partial<Error>;
          // Of a flood one is read.
          const isSame = stack && stack === last.stack && message === last.message;
          const error = (isSame && last.error) || describeError(thrown, place);
          last = { stack, message, error };
          gate.pass(error.group, { error, about, details });
        } catch (cause) {
          log.error('errors', 'an error could not be read.', cause);
        } finally {
          isBusy = false;
        }
      };
      for (const call of early.splice(0)) capture(...call);

      onEvent((event) => {
        crumbs = [
          ...crumbs.slice(1 - BREADCRUMBS),
          { event: event.event, label: labelOf(event), at: elapsed() },
        ];
      });
      onHidden(gate.flush);
      onDispose(gate.flush);
      onDispose(
        listen(window, 'error', (event) => {
          const { error, message, filename, lineno, colno } = event as ErrorEvent;
          capture(
            error ?? { name: 'Error', message },
            { mechanism: 'error' },
            undefined,
            filename && `@${filename}:${lineno}:${colno}`,
          );
        }),
      );
      onDispose(
        listen(window, 'unhandledrejection', (event) =>
          capture((event as PromiseRejectionEvent).reason, { mechanism: 'rejection' }),
        ),
      );
      if (consoleErrors)
        onDispose(
          patch(console, 'error', ({ args }) => {
            const message = args.join(' ');
            if (message.startsWith('px: ')) return;
            capture(
              args.find((value) => value instanceof Error) ?? { name: 'ConsoleError', message },
              { handled: true, mechanism: 'console' },
            );
          }),
        );
    },
  };
}

function labelOf({ properties = {}, context }: PxEvent): string {
  const { text, name, message, url, selector } = properties;
  return String(text ?? name ?? message ?? url ?? selector ?? context?.page?.url ?? '').slice(
    0,
    LABEL_LENGTH,
  );
}
