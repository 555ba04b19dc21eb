import type { EventContext, PxEvent } from '@px-platform/protocol';
import { combineDisposers, type Disposer } from './disposer.js';
import { describeValue } from './errors.js';
import type { Logger } from './logger.js';

/** When and where a call was made, if not here and now. */
export interface TrackDetails {
  /** Epoch milliseconds. */
  readonly at?: number | undefined;
  readonly context?: EventContext | undefined;
}

/** All that a plugin may reach. */
export interface PluginContext {
  readonly track: (event: string, properties?: object, details?: TrackDetails) => void;
  /** Called with the id of each session that begins while the plugin lives. */
  onSessionStart(listener: (sessionId: string) => void): Disposer;
  /** The circumstances of an event made now. */
  context(): EventContext;
  /** Milliseconds on a clock that never goes back. */
  readonly elapsed: () => number;
  /** Hands over what was opened, at once: it is undone when the plugin ends or its setup fails. */
  onDispose(disposer: Disposer): void;
  readonly log: Logger;
}

/** A capture: opens what it needs in `setup`, and gives back what closes it. */
export interface Plugin {
  readonly name: string;
  setup(context: PluginContext): Disposer | void;
  /** Edits an event before it is queued, or drops it by answering null. Ids and time stay as they are. */
  beforeSend?(event: PxEvent): PxEvent | null;
}

/** Runs the plugins and keeps their mistakes from the page. */
export interface PluginHost {
  start(): void;
  /** Null: a plugin dropped the event. */
  readonly beforeSend: (event: PxEvent) => PxEvent | null;
  dispose: Disposer;
}

/** Creates the host. */
export function createPluginHost({
  plugins,
  context,
  log,
}: {
  readonly plugins: readonly Plugin[];
  readonly context: Omit<PluginContext, 'onDispose'>;
  readonly log: Logger;
}): PluginHost {
  const running: { readonly plugin: Plugin; readonly dispose: Disposer }[] = [];

  const startOne = (plugin: Plugin) => {
    const opened: Disposer[] = [];
    const scoped: PluginContext = {
      ...context,
      onSessionStart(listener) {
        const dispose = context.onSessionStart(listener);
        opened.push(dispose);
        return dispose;
      },
      onDispose: (disposer) => void opened.push(disposer),
    };
    try {
      const dispose = plugin.setup(scoped);
      if (dispose) opened.push(dispose);
      running.push({ plugin, dispose: () => combineDisposers(opened)() });
    } catch (cause) {
      combineDisposers(opened)();
      // A list may hold what is no plugin: `isPaid && plugin`.
      const name = (plugin as Plugin | null | undefined)?.name ?? describeValue(plugin);
      log.error(`setup:${name}`, `plugin ${name} failed to start and was left out.`, cause);
    }
  };

  return {
    start() {
      for (const plugin of plugins) startOne(plugin);
    },
    beforeSend(event) {
      let current = event;
      for (const { plugin } of running) {
        if (!plugin.beforeSend) continue;
        try {
          const next = plugin.beforeSend(current);
          if (next === null) return null;
          const { event_id, anonymous_id, user_id, session_id, timestamp, seq } = event;
          current = {
            ...next,
            event_id,
            anonymous_id,
            user_id,
            session_id,
            timestamp,
            seq,
          } as PxEvent;
        } catch (cause) {
          log.error(
            `before:${plugin.name}`,
            `beforeSend of plugin ${plugin.name} failed; the event goes on unedited.`,
            cause,
          );
        }
      }
      return current;
    },
    dispose() {
      combineDisposers(running.splice(0).map(({ dispose }) => dispose))();
    },
  };
}
