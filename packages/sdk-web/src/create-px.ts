import { EVENT_NAMES } from '@px-platform/protocol';
import {
  createClient,
  createLogger,
  createNoopClient,
  parseOptions,
  toJsonObject,
  type Client,
  type ConsentChoice,
  type Consents,
  type CreateFeatures,
  type DeclaredTypes,
  type Plugin,
  type PxTypes,
  type Stats,
  type Track,
} from '@px-platform/sdk-core';
import { createEarlyCalls, type EarlyCall } from './early-calls.js';
import { chooseCaptures, type Captures, type PxOptionsWith } from './options.js';
import { createBrowserPlatform } from './platform/browser-platform.js';
import { claimPage } from './platform/claim-page.js';
import { browserClock } from './platform/clock.js';
import { consoleLog } from './platform/console-log.js';
import { createEventContext } from './platform/event-context.js';
import { hasBrowser, hasDocument } from './platform/has-browser.js';
import { isBot } from './platform/is-bot.js';
import { onShown } from './platform/on-shown.js';
import { SDK_INFO } from './sdk-info.js';

/** The page's one PX, with its features' verbs. No verb throws; calls before `init` are kept with their own time and page. */
export type PxWith<
  C extends Captures,
  V extends object = object,
  T extends PxTypes = DeclaredTypes,
> = PxVerbs<C, T> & Readonly<V>;

/** The verbs that every PX has. `T` says which events there are. */
export interface PxVerbs<C extends Captures, T extends PxTypes = DeclaredTypes> {
  /**
   * Starts PX on this page. A page that is prerendered starts once it is shown.
   * @example
   * PX.init({ apiKey: 'px_…', projectId: 'shop' });
   */
  readonly init: (options: PxOptionsWith<C>) => void;
  /**
   * Records that something happened.
   * @example
   * PX.track('signup_step_failed', { step: 2, reason: 'card_declined' });
   */
  readonly track: Track<T>;
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
  /**
   * Says which route of the application's router is shown. The `page_view` that is captured of it has this as `route`;
   * where page views are not captured, it records one.
   * @example
   * PX.route('/product/:id');
   */
  readonly route: (route: string | undefined, properties?: object) => void;
  /**
   * Records an error that the page has caught, with what it knows about it.
   * @example
   * try {
   *   await pay();
   * } catch (error) {
   *   PX.captureError(error, { step: 'payment' });
   * }
   */
  readonly captureError: (error: unknown, properties?: object) => void;
  /** Sends what waits; resolves when it is settled, or must wait for better times. */
  readonly flush: () => Promise<void>;
  /** What became of every event: accepted = delivered + pending + dropped. */
  readonly stats: () => Stats;
  /**
   * Records the person's choice, in every tab, for this visit and the next. Denying analytics deletes
   * all that is kept in this browser.
   * @example
   * PX.setConsent({ analytics: 'granted', replay: 'denied' });
   */
  readonly setConsent: (choice: ConsentChoice) => void;
  /** Where consent stands, purpose by purpose. Everything is pending before `init`. */
  readonly getConsent: () => Consents;
  /** Sends what waits, then undoes everything PX did to the page. `init` may follow. */
  readonly shutdown: () => Promise<void>;
}

/** Verbs of captures: there where those run. */
const CAPTURE_ERROR = 'captureError';
const ROUTE = 'route';

/** What a build knows beyond the least. */
export interface PxFeatures<V extends object> {
  readonly create: CreateFeatures<V>;
  /**
   * Their verbs on the page, told how to make a call at once or at `init`, as of its own time and page, and which client
   * there is.
   */
  readonly verbs: (call: Call, client: () => object | null) => V;
}
type Call = (verb: string) => (...args: readonly unknown[]) => void;

const DEFAULT_ENDPOINT = '/px';

/**
 * Creates a facade with the captures it is given. Touches nothing of the page until a verb is called.
 * `earlier` calls, such as those the script tag's snippet kept, are made at `init`, as of their own time and page.
 */
export function createPx<
  C extends Captures,
  V extends object = object,
  T extends PxTypes = DeclaredTypes,
>({
  captures,
  features,
  earlier = [],
}: {
  readonly captures: C;
  readonly features?: PxFeatures<V>;
  readonly earlier?: readonly EarlyCall[];
}): PxWith<C, V, T> {
  const startLog = createLogger({ sink: consoleLog, debug: false });
  const early = createEarlyCalls((most) => startLog.warn('early', most));
  for (const call of earlier) early.add(call);
  const idle = createNoopClient();
  let client: Client | null = null;
  let readContext: ReturnType<typeof createEventContext> | null = null;

  /** Nothing of ours may break the page. */
  const guard = (run: () => void) => {
    try {
      run();
    } catch (cause) {
      startLog.error('call', cause);
    }
  };

  const make = (client: object, verb: string, args: readonly unknown[]) => {
    const run = (
      client as Readonly<Record<string, ((...args: readonly unknown[]) => void) | undefined>>
    )[verb];
    if (run) run(...args);
    else if (verb === ROUTE)
      make(client, 'track', [
        EVENT_NAMES.pageView,
        { navigation: ROUTE, ...(args[1] as object | undefined), route: args[0] },
      ]);
    else if (client !== idle) startLog.warn(`off:${verb}`);
  };

  /** At once; or, with its own time and page, once there is a client. On a server there will be none. */
  const call: Call =
    (verb) =>
    (...args) =>
      guard(() => {
        if (client) return make(client, verb, args);
        if (!hasBrowser()) return;
        readContext ??= createEventContext();
        early.add({ verb, args: args.map(copy), at: browserClock.now(), context: readContext() });
      });

  const start = (options: PxOptionsWith<C>): Client => {
    const given: unknown = options;
    const parsed = parseOptions(given, { endpoint: DEFAULT_ENDPOINT });
    if (!hasBrowser()) {
      startLog.warn('server');
      return idle;
    }
    for (const problem of parsed.problems) startLog.error(...problem);
    if (!parsed.options) return idle;
    if (isBot(options.filterBots)) {
      startLog.warn('bot');
      return idle;
    }
    const { projectId } = parsed.options;
    const plugins = [...captureOnce(projectId, options.autocapture), ...parsed.options.plugins];
    const calls = early.take();
    const replay = (client: Client, isLate: boolean) => {
      for (const { verb, args, ...moment } of calls)
        if (isLate === (verb === CAPTURE_ERROR))
          client.at(moment, () => guard(() => make(client, verb, args)));
    };
    const client = createClient({
      platform: createBrowserPlatform({ sdk: SDK_INFO, projectId }),
      options: { ...parsed.options, plugins },
      features: features?.create,
      begin: (client) => replay(client, false),
    });
    replay(client, true);
    return client;
  };

  /** The built-in captures, unless another copy of PX on this page runs them. */
  const captureOnce = (projectId: string, autocapture: unknown): readonly Plugin[] => {
    const chosen = chooseCaptures(captures, autocapture);
    if (chosen.length === 0 || !hasDocument()) return [];
    const release = claimPage(projectId);
    if (release) return [{ name: 'claim', setup: () => release }, ...chosen];
    startLog.warn('copy');
    return [];
  };

  let isStarting = false;
  const track = call('track');

  const verbs: PxVerbs<C, T> = {
    init(options) {
      if (isStarting || (client && client !== idle)) {
        startLog.warn('twice');
        return;
      }
      isStarting = true;
      onShown(() => {
        isStarting = false;
        client = idle;
        guard(() => (client = start(options)));
        early.take();
      });
    },
    track,
    identify: call('identify'),
    reset: call('reset'),
    page: (properties) =>
      guard(() =>
        // Copied first: spreading what the page handed over may throw.
        track(EVENT_NAMES.pageView, { navigation: 'manual', ...toJsonObject(properties).value }),
      ),
    route: call(ROUTE),
    captureError: call(CAPTURE_ERROR),
    flush: () => (client ?? idle).flush(),
    stats: () => (client ?? idle).stats(),
    setConsent: call('setConsent'),
    getConsent: () => (client ?? idle).getConsent(),
    async shutdown() {
      const closing = client;
      client = null;
      await closing?.shutdown();
    },
  };
  return Object.assign(
    verbs,
    features?.verbs(call, () => client),
  ) as PxWith<C, V, T>;
}

/** The page may change its object before it is used. Of an error the stack would be lost. */
const copy = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !(value instanceof Error)
    ? toJsonObject(value).value
    : value;
