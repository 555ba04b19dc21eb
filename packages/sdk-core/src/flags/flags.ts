import {
  evaluate,
  experimentsOf,
  type Attributes,
  type FlagDocument,
  type StickyAssignments,
} from '@px-platform/protocol/flags';
import type { CreateFeatures } from '../features.js';
import { createIdentity } from '../identity.js';
import { createLogger } from '../logger.js';
import { createUuidv7 } from '../uuidv7.js';
import { createAttributes } from './attributes.js';
import { createChanges } from './changes.js';
import { createConfig } from './config.js';
import { createCurrentSession } from './current-session.js';
import { createExposures } from './exposures.js';
import { readFlagOptions } from './options.js';
import { createOverrides } from './overrides.js';
import { createReads, undecided, type Decider, type Decision } from './reads.js';
import { createRefresh, type Refresh } from './refresh.js';
import type { ConfigSource } from './source.js';
import { createSticky } from './sticky.js';
import type { FlagAttributes, FlagVerbs } from './verbs.js';

/** Flags, and what a facade needs that is there before the client. */
export interface ClientFlagVerbs extends FlagVerbs {
  readonly decider: Decider;
  /** Hands over all flags' verbs. */
  readonly flags: (take: (flags: FlagVerbs) => void) => void;
}

/**
 * Creates the features of a client that decides flags by what `source` brings. A page that never asks for a flag, has
 * none from earlier and says nothing of them in its options makes no request for them.
 */
export const createFlags =
  (source: ConfigSource): CreateFeatures<ClientFlagVerbs> =>
  (context) => {
    const { platform, options } = context;
    const { clock, storage, timers } = platform;
    const log = createLogger({ sink: platform.log, debug: options.debug });
    const settings = readFlagOptions(options.flags, log);
    const identity = createIdentity({ storage, createId: createUuidv7(platform) });
    const attributes = createAttributes({ platform, identity });
    const session = createCurrentSession(context);
    const exposures = createExposures(context, session);
    const sticky = settings.sticky ? createSticky(storage) : NOT_STICKY;
    const overrides = createOverrides({
      storage,
      address: settings.queryOverrides ? (platform.context().page?.url ?? '') : '',
      session,
      warn: (all) => log.warn('override', all),
    });
    let isOff = options.flags === false;
    let refresh: Refresh | undefined;
    let isLookDue = false;
    let waiting: (() => void)[] = [];

    const look = () => {
      isLookDue = false;
      if (status() !== 'loading') for (const done of waiting.splice(0)) done();
      else if (config.isSecret()) start();
      changes.look();
    };
    const lookSoon = () => {
      // What is said within a turn is looked at once.
      if (!isLookDue) void Promise.resolve().then(look);
      isLookDue = true;
    };
    const config = createConfig({
      storage,
      log,
      bootstrap: settings.bootstrap ?? source.bootstrap?.(),
      person() {
        const { anonymousId, userId } = identity.get();
        return `${userId ?? ''} ${anonymousId}`;
      },
      attributes: attributes.get,
      onChange: look,
    });
    const status = () => (isOff ? 'error' : config.status());

    const ask = async () => {
      if (isOff) return;
      refresh ??= createRefresh({ ...settings, ...config, source, platform, options });
      await refresh.ask();
    };
    const start = () => {
      if (!refresh || config.isUnasked()) void ask();
    };

    const decide = (key: string, given: FlagAttributes, isSeen: boolean): Decision => {
      try {
        start();
        const forced = overrides.get();
        if (Object.hasOwn(forced.flags, key))
          return { ...undecided('override'), value: forced.flags[key] ?? null };
        const known = attributes.get();
        const said = toOverrides(given, known);
        const rules = config.rules();
        const values = config.values();
        if (!rules && !values) return undecided(status() === 'loading' ? 'loading' : 'error');
        if (values && Object.entries(said).some(([name, value]) => !isSame(value, known[name])))
          return undecided('context_mismatch');
        const verdict = rules
          ? evaluate(rules, key, {
              attributes: known,
              attributeOverrides: said,
              now: clock.now(),
              forcedValues: forced.flags,
              forcedVariations: toVariations(rules, forced.experiments),
              sticky: isSeen ? sticky : { ...sticky, write() {} },
              onProblem: ({ flag, ruleId, ruleIndex, problem }) =>
                log.warn(`rule:${flag}`, ruleId ?? ruleIndex, problem),
            })
          : Object.hasOwn(values ?? {}, key) && values?.[key];
        if (!verdict || verdict.reason === 'unknown') {
          log.warn(`flag:${key}`);
          return undecided('unknown');
        }
        if (isSeen)
          for (const exposure of verdict.exposures)
            exposures.expose(exposure, config.revision());
        return verdict;
      } catch (cause) {
        log.error('call', cause);
        return undecided('error');
      }
    };
    const decider: Decider = {
      decide,
      flagOf(experiment) {
        const rules = config.rules();
        if (rules) return experimentsOf(rules).get(experiment)?.flag ?? experiment;
        const found = Object.entries(config.values() ?? {}).find(([, { exposures }]) =>
          exposures.some((exposure) => exposure.experiment === experiment),
        );
        return found?.[0] ?? experiment;
      },
      defaultOf: (key) => settings.defaults[key],
      isStale: () => status() !== 'ready',
      isExposing: settings.expose,
    };
    const reads = createReads(() => decider);
    const changes = createChanges(
      () => {
        const keys = [config.rules()?.features, config.values(), overrides.get().flags]
          .flatMap((all) => Object.keys(all ?? {}))
          .concat(Object.keys(settings.defaults));
        return new Map(
          keys.map((key) => {
            const { value = null, variant } = reads.peekFlagDetails(key);
            return [key, JSON.stringify([value, variant])];
          }),
        );
      },
      (cause) => log.error('listener', cause),
    );

    const verbs: FlagVerbs = {
      ...reads,
      onFlagsChange(listener, keys) {
        start();
        return changes.listen(listener, keys);
      },
      setOverrides(all) {
        overrides.set(all);
        lookSoon();
      },
      setFlagAttributes(all) {
        attributes.set(all);
        lookSoon();
      },
      flagsStatus: status,
      whenFlagsReady: (timeoutMs = settings.readyTimeoutMs) =>
        new Promise((resolve) => {
          start();
          const done = () => resolve(status());
          if (status() !== 'loading') return done();
          const cancel = timers.setTimer(done, timeoutMs);
          waiting.push(() => {
            cancel();
            done();
          });
        }),
      refreshFlags: ask,
    };

    if (options.flags !== undefined || config.rules() || config.isSecret()) start();
    return {
      verbs: { ...verbs, decider, flags: (take) => take(verbs) },
      describe: (said) => said,
      finish(event) {
        if (!refresh) return event;
        attributes.note(event);
        overrides.note(event.session_id);
        lookSoon();
        return exposures.finish(event);
      },
      reset() {
        attributes.reset();
        lookSoon();
      },
      dispose() {
        isOff = true;
        refresh?.dispose();
      },
    };
  };

const NOT_STICKY: StickyAssignments = { read: () => null, write() {} };

/** What a call says of the person. Another person than the known one did not use this device before signing in. */
function toOverrides(given: FlagAttributes, known: Attributes): Attributes {
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const { user_id: userId } = said;
  if (!userId) return said;
  const isAnother = (known['user_id'] ?? userId) !== userId;
  return { id: userId, ...(isAnother && { anonymous_id: undefined }), ...said };
}

/** Variants by their index. */
function toVariations(rules: FlagDocument, experiments: Readonly<Record<string, string>>) {
  const entries = Object.entries(experiments).map(([key, variant]) => {
    const meta = experimentsOf(rules).get(key)?.rule.meta ?? [];
    const index = meta.findIndex((each) => each.key === variant);
    return [key, index < 0 ? Number(variant) : index] as const;
  });
  return Object.fromEntries(entries);
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
