import { AsyncLocalStorage } from 'node:async_hooks';
import {
  createNoopClient,
  createReads,
  toJsonObject,
  undecided,
  type Consents,
  type DeclaredTypes,
  type Disposer,
  type FlagKey,
  type FlagVerbs,
  type PeopleVerbs,
  type PxTypes,
} from '@px-platform/sdk-core';
import type { ClientOptions } from './client-options.js';
import { createClient, type NodeClient, type RequestClient } from './create-client.js';
import type { ServerFlagReads, ServerFlags, ServerFlagsStatus } from './create-flags.js';
import type { EventDetails } from './event-maker.js';
import type { EventVerbs } from './event-verbs.js';
import { openNoFlags } from './no-flags.js';
import { createNodeLogger } from './node-logger.js';
import type { FlagsLog } from './options.js';
import type { RequestContext } from './request-context.js';
import { SDK_INFO } from './sdk-info.js';

/** Verbs of a page about its one person. A server has none: they say so once, and do nothing. */
export type PageVerbs = Pick<PeopleVerbs, 'register' | 'registerOnce' | 'unregister'> &
  Pick<FlagVerbs, 'setOverrides' | 'setFlagAttributes'> & {
    readonly reset: () => void;
    readonly setConsent: (choice: unknown) => void;
    /** All pending: a server asks nobody. */
    readonly getConsent: () => Consents;
    readonly route: (pattern?: string, properties?: object) => void;
  };

/**
 * The process's one PX. What can be called of a page's PX can be called of it: code that runs in both breaks in neither.
 * `T` says which flags, experiments and events there are.
 */
export interface Px<T extends PxTypes = DeclaredTypes> extends NodeClient<T>, PageVerbs {
  /**
   * Starts it. Events of before are sent then, as of their own time and request.
   * @example
   * PX.init({ apiKey: 'px_…', endpoint: 'https://px.example.com', bufferSize: 100, flushInterval: 5000 });
   */
  readonly init: (options?: ClientOptions) => void;
  /** `flags.status`. */
  readonly flagsStatus: () => ServerFlagsStatus;
  /** `flags.ready`. */
  readonly whenFlagsReady: (timeoutMs?: number) => Promise<ServerFlagsStatus>;
  /** `flags.refresh`. */
  readonly refreshFlags: () => Promise<void>;
  /** `flags.onChange`, of all flags or of `keys`. */
  readonly onFlagsChange: (
    listener: (changed: readonly string[]) => void,
    keys?: readonly FlagKey<T>[],
  ) => Disposer;
  /** `flags.onStatus`. */
  readonly onFlagsStatus: ServerFlags<T>['onStatus'];
}

/** As many as wait for `init`. */
const MOST_EARLY = 1_000;
/** Which argument of an event's verb is its details. */
const DETAILS: Readonly<Record<keyof EventVerbs, number>> = {
  track: 2,
  identify: 2,
  alias: 2,
  group: 3,
  page: 1,
  captureError: 2,
};
const PAGE_VERBS: readonly Exclude<keyof PageVerbs, 'getConsent'>[] = [
  'register',
  'registerOnce',
  'unregister',
  'setOverrides',
  'setFlagAttributes',
  'reset',
  'setConsent',
  'route',
];

type AnyVerbs = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;

/** What a PX knows. */
interface State<T extends PxTypes> {
  client: NodeClient<T> | null;
  isOver: boolean;
  /** What waits for a client. */
  early: ((client: NodeClient<T>) => void)[];
  /** The requests of before there is one. */
  readonly requests: AsyncLocalStorage<RequestContext>;
}

/** Creates a PX that is started later. */
export const createPx = <T extends PxTypes = DeclaredTypes>(log: FlagsLog = console): Px<T> => {
  const state = createState<T>();
  return createFacade(() => state, log);
};

const createState = <T extends PxTypes>(): State<T> => ({
  client: null,
  isOver: false,
  early: [],
  requests: new AsyncLocalStorage(),
});

function createFacade<T extends PxTypes>(stateNow: () => State<T>, log: FlagsLog): Px<T> {
  const logger = createNodeLogger(log, []);
  const idle = openNoFlags<T>().flags;
  const now = () => stateNow().client;

  const once = (begin: (client: NodeClient<T>) => void) => {
    const { client, early } = stateNow();
    if (client) return begin(client);
    if (early.length >= MOST_EARLY) return logger.warn('early', MOST_EARLY);
    early.push(begin);
  };
  const listen = (begin: (flags: ServerFlags<T>) => Disposer): Disposer => {
    let stop: Disposer | null = null;
    let isStopped = false;
    once(({ flags }) => {
      if (!isStopped) stop = begin(flags);
    });
    return () => {
      isStopped = true;
      stop?.();
    };
  };
  /** At once; or, once there is a client, as of now and of this request. */
  const record =
    (verb: keyof EventVerbs) =>
    (...args: readonly unknown[]) => {
      const send = (to: NodeClient<T>, all: readonly unknown[]): void => {
        (to as unknown as AnyVerbs)[verb]?.(...all);
      };
      const client = now();
      if (client) return send(client, args);
      try {
        const place = DETAILS[verb];
        const kept = Array.from({ length: place }, (_, at) => copy(args[at]));
        const details = { timestamp: Date.now(), ...(args[place] as EventDetails | undefined) };
        const request = stateNow().requests.getStore();
        once((to) => {
          const run = () => send(to, [...kept, details]);
          if (request) to.withRequest(request, run);
          else run();
        });
      } catch (cause) {
        // What throws as it is read, for instance.
        logger.error('call', cause);
      }
    };
  const events = fromNames<EventVerbs<T>>(Object.keys(DETAILS) as (keyof EventVerbs)[], record);
  const reads = createReads(() => undecided('loading')) as unknown as AnyVerbs;
  const read =
    (verb: string) =>
    (...args: readonly unknown[]) =>
      ((now() as unknown as AnyVerbs | null) ?? reads)[verb]?.(...args);
  const verbs = {
    ...events,
    bootstrap: async (...args: Parameters<Px<T>['bootstrap']>) => now()?.bootstrap(...args),
    ...fromNames<ServerFlagReads<T>>(Object.keys(reads) as (keyof ServerFlagReads<T>)[], read),
  };
  const withRequest: Px<T>['withRequest'] = (context, run) => {
    const client = now();
    return client ? client.withRequest(context, run) : stateNow().requests.run({ ...context }, run);
  };
  const stats = () => now()?.stats() ?? { accepted: 0, delivered: 0, pending: 0, dropped: {} };

  return {
    ...verbs,
    ...fromNames<Omit<PageVerbs, 'getConsent'>>(PAGE_VERBS, (verb) => () => {
      logger.warn(
        `page:${verb}`,
        `${verb} is for pages: a server has no person of its own; ignored. Say whom a call is about in its details.`,
      );
      return verb === 'setFlagAttributes' ? Promise.resolve() : undefined;
    }),
    getConsent: createNoopClient().getConsent,
    init(options = {}) {
      const state = stateNow();
      if (state.client && !state.isOver) return logger.warn('twice');
      const client = createClient<T>({ log, ...options });
      const due = state.early;
      Object.assign(state, { client, isOver: false, early: [] });
      for (const begin of due) begin(client);
    },
    get flags() {
      return now()?.flags ?? idle;
    },
    forRequest: (context) =>
      now()?.forRequest(context) ??
      fromNames<RequestClient<T>>(
        Object.keys(verbs) as (keyof RequestClient<T>)[],
        (verb) =>
          (...args) =>
            withRequest(context, () => (verbs as unknown as AnyVerbs)[verb]?.(...args)),
      ),
    withRequest,
    flush: async () => now()?.flush(),
    stats,
    async shutdown(options) {
      // It stays: what comes later is refused and counted, until the next `init`.
      stateNow().isOver = true;
      return (await now()?.shutdown(options)) ?? stats();
    },
    flagsStatus: () => now()?.flags.status() ?? 'loading',
    whenFlagsReady: async (timeoutMs) => (await now()?.flags.ready(timeoutMs)) ?? 'loading',
    refreshFlags: async () => now()?.flags.refresh(),
    onFlagsChange(listener, keys) {
      const asked: readonly string[] | undefined = keys;
      return listen((flags) =>
        flags.onChange((changed) => {
          // As in a page: of no key in particular.
          if (asked?.length === 0) return listener([]);
          const told = asked ? changed.filter((key) => asked.includes(key)) : changed;
          if (told.length > 0) listener(told);
        }),
      );
    },
    onFlagsStatus: (listener) => listen((flags) => flags.onStatus(listener)),
  };
}

const SHARED = Symbol.for(`@px-platform/sdk-node@${SDK_INFO.version}`);
function sharedState(): State<DeclaredTypes> {
  const all = globalThis as { [SHARED]?: State<DeclaredTypes> };
  return (all[SHARED] ??= createState());
}

/**
 * The process's PX: one, whichever copies of this module there are. There are as a rule: `import` and `require` load one
 * each, and bundlers of web frameworks put one into each part of an application.
 */
const PX: Px = /* @__PURE__ */ createFacade<DeclaredTypes>(sharedState, console);
export default PX;

function fromNames<T extends object>(
  names: readonly (keyof T)[],
  make: (name: keyof T & string) => (...args: readonly unknown[]) => unknown,
): T {
  return Object.fromEntries(names.map((name) => [name, make(name as keyof T & string)])) as T;
}

/** The host may change its object before it is used. Of an error the stack would be lost. */
const copy = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !(value instanceof Error)
    ? toJsonObject(value).value
    : value;
