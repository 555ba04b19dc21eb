import { EVENT_NAMES } from '@px-platform/protocol';
import {
  createClient,
  createLogger,
  createNoopClient,
  parseOptions,
  toJsonObject,
  type Client,
  type ConsentState,
  type Plugin,
  type Stats,
  type TrackDetails,
} from '@px-platform/sdk-core';
import { createEarlyCalls } from './early-calls.js';
import { chooseCaptures, type Captures, type PxOptionsWith } from './options.js';
import { createBrowserPlatform } from './platform/browser-platform.js';
import { claimPage } from './platform/claim-page.js';
import { browserClock } from './platform/clock.js';
import { consoleLog } from './platform/console-log.js';
import { createEventContext } from './platform/event-context.js';
import { hasBrowser } from './platform/has-browser.js';
import { SDK_INFO } from './sdk-info.js';

/** The page's one PX. No verb throws; calls before `init` are kept with their own time and page. */
export interface PxWith<C extends Captures> {
  /**
   * Starts PX on this page.
   * @example
   * PX.init({ apiKey: 'px_…', projectId: 'shop' });
   */
  readonly init: (options: PxOptionsWith<C>) => void;
  /**
   * Records that something happened.
   * @example
   * PX.track('signup_step_failed', { step: 2, reason: 'card_declined' });
   */
  readonly track: (event: string, properties?: object) => void;
  /**
   * Says who the person is, by your own id. Traits are set on their profile; `traitsOnce` only
   * where nothing is set yet.
   * @example
   * PX.identify('user-42', { plan: 'pro' }, { first_seen_plan: 'free' });
   */
  readonly identify: (userId: string, traits?: object, traitsOnce?: object) => void;
  /** Forgets the person, the device's id and the session; call it at sign-out. */
  readonly reset: () => void;
  /** Records a `page_view` by hand, for routers that the automatic capture does not see. */
  readonly page: (properties?: object) => void;
  /** Sends what waits; resolves when it is settled, or must wait for better times. */
  readonly flush: () => Promise<void>;
  /** What became of every event: accepted = delivered + pending + dropped. */
  readonly stats: () => Stats;
  /** Records the person's choice, for this visit and the next. Denial deletes what waits. */
  readonly setConsent: (state: ConsentState) => void;
  /** Sends what waits, then undoes everything PX did to the page. `init` may follow. */
  readonly shutdown: () => Promise<void>;
}

const DEFAULT_ENDPOINT = '/px';

/** Creates a facade with the captures it is given. Touches nothing of the page until a verb is called. */
export function createPx<C extends Captures>({ captures }: { readonly captures: C }): PxWith<C> {
  const startLog = createLogger({ sink: consoleLog, debug: false });
  const early = createEarlyCalls<Client>((most) =>
    startLog.warn('early', `more than ${most} calls before PX.init; later ones are lost.`),
  );
  const idle = createNoopClient();
  let client: Client | null = null;
  let readContext: ReturnType<typeof createEventContext> | null = null;

  /** What a call before `init` must remember; the page may have moved on by then. */
  const detailsNow = (): TrackDetails => {
    readContext ??= createEventContext();
    return { at: browserClock.now(), context: readContext() };
  };

  /** At once, or once there is a client. On a server there will be none. */
  const call = (now: (client: Client) => void, prepareEarly: () => (client: Client) => void) => {
    try {
      if (client) now(client);
      else if (hasBrowser()) early.add(prepareEarly());
    } catch (cause) {
      startLog.error('call', 'a call failed inside PX; ignored.', cause);
    }
  };
  /** Copied now: the page may change the object before it is used. */
  const copy = (value: object | undefined) =>
    value === undefined ? undefined : toJsonObject(value).value;

  const track: PxWith<C>['track'] = (event, properties) =>
    call(
      (client) => client.track(event, properties),
      () => {
        const [copied, details] = [copy(properties), detailsNow()];
        return (client) => client.track(event, copied, details);
      },
    );

  const start = (options: PxOptionsWith<C>): Client => {
    const given: unknown = options;
    const parsed = parseOptions(given, { endpoint: DEFAULT_ENDPOINT });
    if (!hasBrowser()) {
      startLog.warn('server', 'there is no browser here; PX does nothing.');
      return idle;
    }
    for (const problem of parsed.problems) startLog.error(problem, problem);
    if (!parsed.options) return idle;
    const { projectId } = parsed.options;
    const plugins = [...captureOnce(projectId, options.autocapture), ...parsed.options.plugins];
    const platform = createBrowserPlatform({ sdk: SDK_INFO, projectId });
    return createClient({ platform, options: { ...parsed.options, plugins }, begin: early.replay });
  };

  /** The built-in captures, unless another copy of PX on this page runs them. */
  const captureOnce = (projectId: string, autocapture: unknown): readonly Plugin[] => {
    const chosen = chooseCaptures(captures, autocapture);
    if (chosen.length === 0) return [];
    const release = claimPage(projectId);
    if (release) return [{ name: 'claim', setup: () => release }, ...chosen];
    startLog.warn('copy', 'PX is on this page twice; this copy records only what it is told.');
    return [];
  };

  return {
    init(options) {
      if (client && client !== idle) {
        startLog.warn('twice', 'PX.init was called again; ignored. Call PX.shutdown() first.');
        return;
      }
      try {
        client = start(options);
      } catch (cause) {
        startLog.error('init', 'PX could not start; nothing will be recorded.', cause);
        client = idle;
      }
      early.discard();
    },
    track,
    identify: (userId, traits, traitsOnce) =>
      call(
        (client) => client.identify(userId, traits, traitsOnce),
        () => {
          const [copied, copiedOnce, details] = [copy(traits), copy(traitsOnce), detailsNow()];
          return (client) => client.identify(userId, copied, copiedOnce, details);
        },
      ),
    reset: () =>
      call(
        (client) => client.reset(),
        () => (client) => client.reset(),
      ),
    page: (properties) => track(EVENT_NAMES.pageView, withNavigation(properties)),
    flush: () => (client ?? idle).flush(),
    stats: () => (client ?? idle).stats(),
    setConsent: (state) =>
      call(
        (client) => client.setConsent(state),
        () => (client) => client.setConsent(state),
      ),
    async shutdown() {
      const closing = client;
      client = null;
      await closing?.shutdown();
    },
  };
}

/** Copied first: spreading what the page handed over may throw. */
const withNavigation = (properties: object | undefined) => ({
  navigation: 'manual',
  ...toJsonObject(properties).value,
});
