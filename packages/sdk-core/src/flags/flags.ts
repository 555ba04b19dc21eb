import { evaluate, experimentsOf, type FlagDocument } from '@px-platform/protocol/flags';
import type { CreateFeatures } from '../features.js';
import { createPublisher } from '../publisher.js';
import { createAttributes, withPerson } from './attributes.js';
import { createChanges } from './changes.js';
import { createConfig, type FlagsStatus } from './config.js';
import { createExposures } from './exposures.js';
import { flagOf } from './flag-of.js';
import { readFlagOptions } from './options.js';
import { readOverrides } from './overrides.js';
import { createReads, undecided, type Decision, type Look } from './reads.js';
import { createRefresh, type Refresh } from './refresh.js';
import { createSegments } from './segments.js';
import type { ConfigSource } from './source.js';
import { createSticky } from './sticky.js';
import type { FlagAttributes, FlagOverrides, FlagVerbs } from './verbs.js';
import { createVisit } from './visit.js';

/** Flags, and what a facade needs that is there before the client. */
export interface ClientFlagVerbs extends FlagVerbs {
  readonly look: Look;
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
    const { platform, options, identity, log } = context;
    const { clock, storage, timers } = platform;
    const settings = readFlagOptions(options.flags, log);
    const defaults = new Map(Object.entries(settings.defaults));
    const visit = createVisit(context);
    const attributes = createAttributes(context, visit, () => segments.get());
    const exposures = createExposures(context, visit);
    const sticky = createSticky(storage, settings.sticky);
    /** Nobody is assigned by a look. */
    const unassigning = { ...sticky, write() {} };
    let isOff = options.flags === false;
    let refresh: Refresh | undefined;
    let isDue = false;
    const waiting: (() => void)[] = [];

    const person = () => JSON.stringify(Object.values(identity.get()));
    const config = createConfig({
      storage,
      log,
      bootstrap: settings.bootstrap ?? source.bootstrap?.(),
      person,
      attributes: attributes.get,
      onAnswer: () => update(),
    });
    const segments = createSegments({
      context,
      source,
      person,
      isWanted: () => !isOff && Boolean(config.rules()?.px?.computedSegments),
      onAnswer: () => update(),
    });
    const status = () => (isOff ? 'error' : config.status());
    const ask = async () => {
      if (!isOff)
        await (refresh ??= createRefresh({
          ...settings,
          ...config,
          source,
          platform,
          options,
        })).ask();
    };
    const start = () => {
      if (!refresh || config.isUnasked()) void ask();
    };

    const decide = (key: string, given: FlagAttributes | undefined, isSeen: boolean): Decision => {
      const { flags = {}, experiments = {} } = visit.get().overrides;
      if (Object.hasOwn(flags, key)) return { ...undecided('override'), value: flags[key] ?? null };
      const known = attributes.get();
      const said = given && withPerson(given, known['user_id']);
      const rules = config.rules();
      if (rules)
        return evaluate(rules, key, {
          attributes: known,
          ...(said && { attributeOverrides: said }),
          now: clock.now(),
          forcedValues: flags,
          forcedVariations: toVariations(rules, experiments),
          sticky: isSeen ? sticky : unassigning,
          onProblem: ({ flag, ruleId, ruleIndex, problem }) =>
            log.warn(`rule:${flag}`, ruleId ?? ruleIndex, problem),
        });
      const values = config.values();
      if (!values) return undecided(status() === 'loading' ? 'loading' : 'error');
      if (
        Object.entries({ ...said }).some(([name, value]) => toText(value) !== toText(known[name]))
      )
        return undecided('context_mismatch');
      return (Object.hasOwn(values, key) && values[key]) || undecided('unknown');
    };
    const look: Look = (name, given, isSeen = settings.expose, isExperiment) => {
      try {
        if (isOff) return undecided('error');
        start();
        const key = (isExperiment ? flagOf(name, config.rules(), config.values()) : name) ?? name;
        const decision = decide(key, given, isSeen);
        if (decision.reason === 'unknown') log.warn(`flag:${name}`);
        if (isSeen)
          for (const exposure of decision.exposures) exposures.expose(exposure, config.revision());
        return {
          ...decision,
          value: decision.value ?? defaults.get(key) ?? null,
          isStale: status() !== 'ready',
          revision: config.revision(),
        };
      } catch (cause) {
        log.error('call', cause);
        return undecided('error');
      }
    };

    const reads = createReads(look);
    const toLog = (cause: unknown) => log.error('listener', cause);
    const statuses = createPublisher<FlagsStatus>(toLog);
    const changes = createChanges(
      () => {
        const all = {
          ...config.rules()?.features,
          ...config.values(),
          ...visit.get().overrides.flags,
          ...settings.defaults,
        };
        const texts = Object.keys(all).map((key) => {
          const { value, variant } = look(key, undefined, false);
          return [key, toText([value, variant])] as const;
        });
        return Object.fromEntries(texts.filter(([, text]) => text !== NOTHING));
      },
      timers,
      toLog,
    );
    let told = status();
    const update = () => {
      isDue = false;
      if (config.isUnasked()) void ask();
      segments.look();
      if (status() !== 'loading') for (const done of waiting.splice(0)) done();
      changes.look();
      if (told !== (told = status())) statuses.publish(told);
    };
    /** What is said within a turn is looked at once. */
    const updateSoon = () => {
      if (!isDue) void Promise.resolve().then(update);
      isDue = true;
    };
    const override = (overrides: FlagOverrides | null) => {
      if (overrides) log.warn('override', overrides);
      visit.set({ overrides: overrides ?? {} });
      updateSoon();
    };

    const verbs: FlagVerbs = {
      ...reads,
      onFlagsChange(listener, keys) {
        start();
        // Who was here before there was a client has not seen what it began with.
        updateSoon();
        return changes.listen(listener, keys);
      },
      onFlagsStatus(listener) {
        start();
        return statuses.listen(listener);
      },
      setOverrides: override,
      setFlagAttributes(all) {
        attributes.set(all);
        updateSoon();
        return refresh && config.isSecret() ? ask() : undefined;
      },
      flagsStatus: status,
      whenFlagsReady: (timeoutMs = settings.readyTimeoutMs) =>
        new Promise((resolve) => {
          start();
          const done = () => resolve(status());
          if (status() !== 'loading') return done();
          const stop = timers.setTimer(done, timeoutMs);
          waiting.push(() => {
            stop();
            done();
          });
        }),
      refreshFlags: ask,
    };
    const { overrides } = visit.get();
    const asked = settings.queryOverrides && readOverrides(platform.context().page?.url ?? '');
    if (asked)
      override({
        flags: { ...overrides.flags, ...asked.flags },
        experiments: { ...overrides.experiments, ...asked.experiments },
      });
    else if (toText(overrides) !== '{}') override(overrides);
    if (options.flags || status() !== 'loading' || config.isUnasked()) start();
    return {
      verbs: { ...verbs, look, flags: (take) => take(verbs) },
      describe: (said) => said,
      finish(event) {
        if (!refresh) return event;
        visit.note(event);
        attributes.note(event);
        updateSoon();
        return exposures.finish(event);
      },
      onPersonChange() {
        if (refresh) updateSoon();
      },
      reset() {
        attributes.reset();
        config.forget();
        updateSoon();
      },
      dispose() {
        isOff = true;
        refresh?.dispose();
        changes.dispose();
        segments.dispose();
      },
    };
  };

/** What a flag without value and variant is. */
const NOTHING = '[null,null]';
const toText = (value: unknown) => JSON.stringify(value);

/** Variants by their index. */
const toVariations = (rules: FlagDocument, experiments: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(experiments).map(([key, variant]) => {
      const meta = experimentsOf(rules).get(key)?.rule.meta;
      const index = meta?.findIndex((each) => each.key === variant) ?? -1;
      return [key, index < 0 ? Number(variant) : index];
    }),
  );
