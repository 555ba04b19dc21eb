import {
  createConfig,
  createPublisher,
  createReads,
  createRefresh,
  flagOf,
  isValuesOnly,
  undecided,
  withPerson,
  type DeclaredTypes,
  type Disposer,
  type FlagAttributes,
  type FlagReads,
  type FlagsStatus,
  type FlagValues,
  type Look,
  type PxTypes,
} from '@px-platform/sdk-core';
import { evaluate, type FlagDocument } from '@px-platform/protocol/flags';
import { PATHS } from '@px-platform/protocol';
import { valuesFor, type BootstrapOptions } from './bootstrap.js';
import { changedFlags } from './changed-flags.js';
import { createConfigSource } from './config-source.js';
import { createLooks, type Decider } from './look.js';
import { createNodeLogger } from './node-logger.js';
import { nodePlatform, noStorage } from './node-platform.js';
import { readOptions, type FlagsOptions } from './options.js';
import { createAskForValues, type RemoteValues } from './remote-values.js';

/** Where flags stand; `values_only`: the key gets no rules, and `evaluate` has the collector decide. */
export type ServerFlagsStatus = FlagsStatus | 'values_only';

/** The verbs that read; each call says whom it is about. `T` says which there are, and the types of their values. */
export type ServerFlagReads<T extends PxTypes = DeclaredTypes> = FlagReads<T>;

/** Flags on a server. None of these throws or rejects. */
export interface ServerFlags<T extends PxTypes = DeclaredTypes> extends ServerFlagReads<T> {
  /**
   * The same verbs for one context: decided in the process, or by the collector where the key gets values only.
   * @example
   * const forAda = await flags.evaluate({ user_id: 'ada' });
   * forAda.getFlag('new_onboarding', undefined, false);
   */
  readonly evaluate: (context: FlagAttributes) => Promise<ServerFlagReads<T>>;
  /**
   * What was decided for one person, for the HTML that is written for them: `<PXProvider bootstrap>` and `window.PX_FLAGS`
   * take it. Nobody is exposed by it, for the page does that. Undefined where no flags are to be had.
   * @example
   * const bootstrap = await flags.bootstrap({ user_id: 'ada', plan: 'pro' });
   */
  readonly bootstrap: (
    context: FlagAttributes,
    options?: BootstrapOptions,
  ) => Promise<FlagValues | undefined>;
  /** Resolves once flags are there, could not be had, or took too long: then with `loading`. */
  readonly ready: (timeoutMs?: number) => Promise<ServerFlagsStatus>;
  readonly status: () => ServerFlagsStatus;
  /** Called with the keys of flags that may have other values than before. */
  readonly onChange: (listener: (changed: readonly string[]) => void) => Disposer;
  /** Called with where flags stand, once it is another than before. */
  readonly onStatus: (listener: (status: ServerFlagsStatus) => void) => Disposer;
  /** Asks for changes now; resolves once answered, or given up. */
  readonly refresh: () => Promise<void>;
  /** What flags are decided by, such as for a page's `window.PX_FLAGS`. */
  readonly document: () => FlagDocument | undefined;
  /** Ends the stream and all timers. What is known stays readable. */
  readonly close: () => void;
}

/**
 * Follows the flags that are published for a key, and decides by them in this process. It never keeps the process alive.
 * @example
 * const flags = createFlags({ apiKey, endpoint: 'https://px.example.com' });
 * await flags.ready();
 * flags.getFlag('new_onboarding', { user_id: 'ada', plan: 'pro' }, false);
 */
export const createFlags = <T extends PxTypes = DeclaredTypes>(
  options: FlagsOptions,
): ServerFlags<T> => openFlags<T>(options).flags;

/** Flags, and the look that their verbs are made of. */
export interface OpenFlags<T extends PxTypes> {
  readonly flags: ServerFlags<T>;
  readonly look: Look;
}

/** Creates both: for verbs that know more of whom they are about. `isTargetTold`: what is wrong with the key or the address was said. */
export function openFlags<T extends PxTypes>(
  options: FlagsOptions,
  isTargetTold = false,
): OpenFlags<T> {
  const { settings, isUsable, problems } = readOptions(options, isTargetTold);
  const { apiKey, endpoint, timeoutMs, sticky } = settings;
  const log = createNodeLogger(settings.log, problems);

  const source = createConfigSource({ apiKey, timeoutMs });
  const createLook = createLooks(settings, log);
  const askForValues = createAskForValues(source, endpoint);
  const onListenerError = (cause: unknown) => log.error('listener', cause);
  const changes = createPublisher<readonly string[]>(onListenerError);
  const statuses = createPublisher<ServerFlagsStatus>(onListenerError);
  const waiting = new Set<() => void>();
  let isSecret = false;
  let isClosed = false;

  const config = createConfig({
    storage: noStorage,
    log,
    bootstrap: settings.bootstrap,
    person: () => '',
    attributes: () => ({}),
    onAnswer: () => update(),
  });
  const rules = () => (isSecret ? undefined : config.rules());
  const status = (): ServerFlagsStatus =>
    isSecret ? 'values_only' : isUsable || rules() ? config.status() : 'error';

  const refresh = createRefresh({
    source,
    platform: nodePlatform,
    options: { apiKey, endpoint },
    refreshMs: settings.refreshMs,
    stream: settings.stream,
    revision: config.revision,
    question() {
      const question = config.question();
      return {
        ...question,
        settle(response) {
          const { status: code, body } = response;
          isSecret = isValuesOnly(response);
          if (isSecret) {
            update();
            return 'never';
          }
          if (code !== 200 && code !== 304)
            log.warn(
              `config:${code}`,
              `no flags came from ${endpoint}${PATHS.config}: ${code === 0 ? 'no answer' : `HTTP ${code}`}. What is known is used, and it is asked for again.`,
            );
          // Values are for a person, and this asked for none: they must not take the place of rules.
          const isNone = code === 200 && !body.includes('"features"');
          return question.settle(isNone ? { ...response, body: '' } : response);
        },
      };
    },
  });

  let known = rules();
  let told = status();
  const update = () => {
    const before = known;
    known = rules();
    if (known && known !== before) {
      const changed = changedFlags(before ?? { features: {} }, known);
      if (changed.length > 0) changes.publish(changed);
    }
    const now = status();
    if (now !== 'loading') for (const done of waiting) done();
    if (now === told) return;
    told = now;
    statuses.publish(now);
  };

  const decide = (document: FlagDocument, key: string, given: FlagAttributes, isSeen: boolean) =>
    evaluate(document, key, {
      attributes: { id: given['anonymous_id'], ...withPerson(given, undefined) },
      sticky: isSeen ? sticky : { ...sticky, write() {} },
      onProblem: ({ flag, ruleId, ruleIndex, problem }) =>
        log.warn(`rule:${flag}`, ruleId ?? ruleIndex, problem),
    });
  const look = createLook({
    decide(key, given, isSeen) {
      const document = rules();
      if (!document) return undecided(REASONS[status()]);
      const verdict = decide(document, key, given, isSeen);
      return { ...verdict, isStale: status() !== 'ready', revision: config.revision() };
    },
    flagOf: (experiment) => flagOf(experiment, rules()),
  });

  if (isUsable) void refresh.ask();
  const flags: ServerFlags<T> = {
    ...toReads<T>(look),
    async evaluate(context) {
      await ready();
      if (status() !== 'values_only')
        return toReads<T>((key, _, ...rest) => look(key, context, ...rest));
      const answered = await askForValues(context);
      const remote = answered ? createLook(deciderOf(answered)) : () => undecided('error');
      return toReads<T>((key, _, ...rest) => remote(key, context, ...rest));
    },
    async bootstrap(given, options) {
      try {
        await ready();
        // Callers without types hand over null, too.
        const context = given ?? {};
        const { defaults } = settings;
        const answered = status() === 'values_only' ? await askForValues(context) : null;
        const document = rules();
        const flags = answered?.flags ?? document?.features;
        if (!flags) return undefined;
        return valuesFor(context, {
          revision: answered?.revision ?? config.revision(),
          keys: options?.keys ?? Object.keys(flags),
          decide(key) {
            if (!Object.hasOwn(flags, key)) return undefined;
            return answered?.flags[key] ?? (document && decide(document, key, context, false));
          },
          defaults,
        });
      } catch (cause) {
        log.error('call', cause);
        return undefined;
      }
    },
    ready,
    status,
    onChange: changes.listen,
    onStatus: statuses.listen,
    refresh: async () => {
      if (isUsable && !isClosed) await refresh.ask();
    },
    document: rules,
    close() {
      isClosed = true;
      refresh.dispose();
      for (const done of waiting) done();
    },
  };
  return { flags, look };

  function ready(timeoutMs = settings.readyTimeoutMs): Promise<ServerFlagsStatus> {
    return new Promise((resolve) => {
      if (status() !== 'loading' || isClosed) return resolve(status());
      const done = () => {
        clearTimeout(timer);
        waiting.delete(done);
        resolve(status());
      };
      // Somebody waits for this one: the process lives as long.
      const timer = setTimeout(done, timeoutMs);
      waiting.add(done);
    });
  }
}

/** Why there are no rules. */
const REASONS = {
  ready: 'error',
  stale: 'error',
  error: 'error',
  loading: 'loading',
  values_only: 'context_mismatch',
} as const;

/** Which types go with which flags is the caller's word: it cannot be known here. */
export const toReads = <T extends PxTypes>(look: Look) =>
  createReads(look) as unknown as ServerFlagReads<T>;

const deciderOf = ({ flags, revision }: RemoteValues): Decider => ({
  decide(key) {
    const verdict = Object.hasOwn(flags, key) && flags[key];
    return verdict ? { ...verdict, isStale: false, revision } : undecided('unknown');
  },
  flagOf: (experiment) => flagOf(experiment, undefined, flags),
});
