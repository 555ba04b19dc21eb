import { EVENT_NAMES, type PxEvent } from '@px-platform/protocol';
import {
  createGate,
  describeError,
  type ErrorDescription,
  type Plugin,
} from '@px-platform/sdk-core';
import { onPage } from '../dom/listen.js';
import { patch } from '../dom/patch.js';
import { browserTimers } from '../platform/timers.js';

/** How errors are captured. */
export interface ErrorOptions {
  /** Whether errors that nobody caught are recorded; if not, only what `captureError` is handed. @default true */
  readonly automatic?: boolean;
  /** Whether what the page says with `console.error` is recorded as an error, too. @default false */
  readonly consoleErrors?: boolean;
}

/** One occurrence: what was thrown, and what is known beside it. */
interface Occurrence {
  readonly error: ErrorDescription;
  readonly about: object;
}

const BURST = 10;
const REFILL_MS = 10_000;
const BREADCRUMBS = 20;
const LABEL_LENGTH = 60;

/**
 * Records `error`: what the page throws and nobody catches, promises rejected that nobody minds, and what
 * `PX.captureError` is handed. Of one group ten are told at once, then one each ten seconds; `count` is how many
 * an event stands for.
 */
export function errors({ automatic = true, consoleErrors = false }: ErrorOptions = {}): Plugin {
  let capture = (_thrown: unknown, _about: object, _place?: string): void => {};

  return {
    name: 'errors',
    purpose: 'errors',
    verbs: {
      captureError: (thrown: unknown, properties?: object) =>
        capture(thrown, { ...properties, handled: true, mechanism: 'manual' }),
    },
    setup({ track, onEvent, onHidden, onDispose, elapsed, log }) {
      let crumbs: { readonly event: string; readonly label: string; readonly at: number }[] = [];
      let isBusy = false;
      let last: {
        readonly stack?: unknown;
        readonly message?: unknown;
        readonly error?: ErrorDescription;
      } = {};

      const gate = createGate<Occurrence>({
        burst: BURST,
        refillMs: REFILL_MS,
        elapsed,
        setTimer: browserTimers.setTimer,
        emit({ error, about }, count) {
          const breadcrumbs = crumbs.map(({ at, ...crumb }) => ({
            ...crumb,
            age_ms: Math.round(elapsed() - at),
          }));
          track(EVENT_NAMES.error, { handled: false, ...about, ...error, count, breadcrumbs });
        },
      });

      capture = (thrown, about, place) => {
        // What goes wrong in here must not come back as one more error.
        if (isBusy) return;
        isBusy = true;
        try {
          const { stack, message } = Object(thrown) as Partial<Error>;
          // Of a flood one is read.
          const isSame = stack && stack === last.stack && message === last.message;
          const error = (isSame && last.error) || describeError(thrown, place);
          last = { stack, message, error };
          gate.pass(error.group, { error, about });
        } catch (cause) {
          log.error('errors', cause);
        } finally {
          isBusy = false;
        }
      };

      onEvent((event) => {
        crumbs = [
          ...crumbs.slice(1 - BREADCRUMBS),
          { event: event.event, label: labelOf(event), at: elapsed() },
        ];
      });
      onHidden(gate.flush);
      onDispose(gate.flush);
      if (consoleErrors)
        onDispose(
          patch(console, 'error', ({ args }) => {
            const message = args.join(' ');
            // What we say ourselves.
            if (message.startsWith('px: ')) return;
            capture(
              args.find((value) => value instanceof Error) ?? { name: 'ConsoleError', message },
              { handled: true, mechanism: 'console' },
            );
          }),
        );
      if (!automatic) return undefined;
      onDispose(
        onPage('error', (event) => {
          // A file that did not load is no error of a script.
          if (!(event instanceof ErrorEvent)) return;
          const { error, message, filename, lineno, colno } = event;
          capture(
            (error as unknown) ?? { name: 'Error', message },
            { mechanism: 'error' },
            filename && `@${filename}:${lineno}:${colno}`,
          );
        }),
      );
      return onPage('unhandledrejection', (event) =>
        capture((event as PromiseRejectionEvent).reason, { mechanism: 'rejection' }),
      );
    },
  };
}

function labelOf({ properties = {}, context }: PxEvent): string {
  const { text, name, message, url, selector } = properties;
  const labels = [text, name, message, url, selector, context?.page?.url];
  return (labels.find((label) => typeof label === 'string') ?? '').slice(0, LABEL_LENGTH);
}
