import type { EventContext, PxEvent } from '@px-platform/protocol';
import type { ConsentPurpose, Consents } from './consent.js';
import { combineDisposers, type Disposer } from './disposer.js';
import type { Ids } from './identity.js';
import type { Logger } from './logger.js';
import { PRIORITIES, type Platform, type Priority } from './platform.js';

/** When and where a call was made, if not here and now. */
export interface TrackDetails {
  /** Epoch milliseconds. */
  readonly at?: number | undefined;
  readonly context?: EventContext | undefined;
  /** What is dropped first when not everything can be kept. @default 'custom' for calls, the plugin's own for plugins */
  readonly priority?: Priority | undefined;
  /** What it is recorded for. @default 'analytics' */
  readonly purpose?: ConsentPurpose | undefined;
  /** Whether a plugin read it off the page: its texts are redacted. Said for every plugin. */
  readonly isCaptured?: boolean | undefined;
}

/** An event that is about to be made. */
export interface Coming {
  /** Its name; none before a flush. */
  readonly event?: string;
  /** When it happened, if that is not now. Epoch milliseconds. */
  readonly at?: number | undefined;
}

/** Whose an event is, and of which visit. */
export interface Who extends Ids {
  /** Null before the first event of a first visit. */
  readonly sessionId: string | null;
}

/** All that a plugin may reach. */
export interface PluginContext {
  readonly track: (event: string, properties?: object, details?: TrackDetails) => void;
  /** Called with the id of each session that begins while the plugin lives. */
  onSessionStart(listener: (sessionId: string) => void): Disposer;
  /** Called with each event as it will be sent, whoever tracked it. */
  onEvent(listener: (event: PxEvent) => void): Disposer;
  /**
   * Called when the page goes out of sight and may never run again, before the parting request is
   * made: what is tracked here goes with it. More than once for one departure.
   */
  onHidden(listener: () => void): Disposer;
  onVisible(listener: () => void): Disposer;
  /** Where consent stands. What is tracked for a purpose that is not granted is held, or not recorded at all. */
  consent(): Consents;
  /** Called when consent has changed. */
  onConsent(listener: (consents: Consents) => void): Disposer;
  /** The circumstances of an event made now. */
  context(): EventContext;
  /** Whose an event made now would be; null where none may be recorded. */
  who(): Who | null;
  /**
   * Called before an event gets its place in the order, whoever tracks it, and with a nameless one
   * before a flush: what is tracked here comes first.
   */
  beforeTrack(listener: (coming: Coming) => void): Disposer;
  /** Tells those listeners of an event that will be tracked once more is known of it. */
  announce(coming: Coming): void;
  /** The wall clock of events, epoch milliseconds. */
  readonly now: () => number;
  /** Milliseconds on a clock that never goes back. */
  readonly elapsed: () => number;
  /** Hands over what was opened, at once: it is undone when the plugin ends or its setup fails. */
  onDispose(disposer: Disposer): void;
  readonly log: Logger;
}

/** A capture: opens what it needs in `setup`, and gives back what closes it. */
export interface Plugin {
  readonly name: string;
  /** What its events are recorded for. @default 'analytics' */
  readonly purpose?: ConsentPurpose;
  /** What its events are worth when not all can be kept. @default PRIORITIES.autocapture */
  readonly priority?: Priority;
  /** Verbs it lends the client. They do their work once `setup` has run. */
  readonly verbs?: Readonly<Record<string, (...args: never[]) => void>>;
  setup(context: PluginContext): Disposer | void;
  /** Puts something in the place of parts of the platform, before anything is read from it. */
  adapt?(platform: Platform, projectId: string): Platform;
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
  /** Edit from the first event on, which may be older than any setup. */
  let editing = plugins.filter((plugin) => plugin?.beforeSend);
  const disposers: Disposer[] = [];

  const startOne = (plugin: Plugin) => {
    const opened: Disposer[] = [];
    /** Undone with the plugin, whether or not it thinks of it. */
    const scope =
      <T>(listen: (listener: T) => Disposer) =>
      (listener: T): Disposer => {
        const dispose = listen(listener);
        opened.push(dispose);
        return dispose;
      };
    const scoped: PluginContext = {
      ...context,
      track: (event, properties, details) =>
        context.track(event, properties, {
          priority: plugin.priority ?? PRIORITIES.autocapture,
          purpose: plugin.purpose,
          ...details,
          isCaptured: true,
        }),
      onSessionStart: scope(context.onSessionStart),
      onEvent: scope(context.onEvent),
      onHidden: scope(context.onHidden),
      onVisible: scope(context.onVisible),
      onConsent: scope(context.onConsent),
      beforeTrack: scope(context.beforeTrack),
      onDispose: (disposer) => void opened.push(disposer),
    };
    try {
      const dispose = plugin.setup(scoped);
      if (dispose) opened.push(dispose);
      disposers.push(() => combineDisposers(opened)());
    } catch (cause) {
      combineDisposers(opened)();
      editing = editing.filter((other) => other !== plugin);
      // A list may hold what is no plugin: `isPaid && plugin`.
      const name = (plugin as Plugin | null | undefined)?.name ?? '';
      log.error(`setup:${name}`, cause, plugin);
    }
  };

  return {
    start() {
      for (const plugin of plugins) startOne(plugin);
    },
    beforeSend(event) {
      const { event_id, anonymous_id, user_id, session_id, timestamp, seq } = event;
      const fixed = { event_id, anonymous_id, user_id, session_id, timestamp, seq };
      let current = event;
      for (const plugin of editing) {
        try {
          const next = plugin.beforeSend?.(current);
          if (next === null) return null;
          // Nothing answered: it was edited where it is.
          current = { ...(next ?? current), ...fixed } as PxEvent;
        } catch (cause) {
          log.error(`before:${plugin.name}`, cause);
        }
      }
      return current;
    },
    dispose() {
      editing = [];
      combineDisposers(disposers.splice(0))();
    },
  };
}
