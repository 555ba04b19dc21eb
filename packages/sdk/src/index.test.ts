import { describe, expect, expectTypeOf, it } from 'vitest';
import PX, {
  createPx,
  type FlagValue,
  type Px,
  type PxOptions,
  type PxWith,
  type Unlisted,
} from './index.js';
import serverPX from './node.js';

describe('given the snippet of the front page', () => {
  it('typechecks word for word, and is harmless where there is no browser', async () => {
    const apiKey = 'px_write_key';
    const projectId = 'shop';
    const properties = { plan: 'pro', price: 9.9 };

    PX.init({ apiKey, projectId, bufferSize: 100, flushInterval: 5000, compression: 'gzip' });
    PX.track('user_action', properties);

    await PX.flush();
    expect(PX.stats()).toEqual({ accepted: 0, delivered: 0, pending: 0, dropped: {} });
    await PX.shutdown();
  });
});

describe('given the snippets of flags and experiments', () => {
  const user_id = 'u-42';
  const segment = 'trial';

  it('typecheck word for word, and answer the fallback where there is no browser', async () => {
    expect(PX.getFlag('new_onboarding', { user_id, segment })).toBeUndefined();
    expect(PX.getExperiment('checkout_flow_v2').variant).toBeNull();
    expect(PX.getFlag('new_onboarding', { user_id, segment }, false)).toBe(false);
    expect(PX.getFlagDetails('new_onboarding')).toEqual({
      value: undefined,
      variant: null,
      reason: 'loading',
      ruleId: null,
      experiment: null,
      inExperiment: false,
      bucket: null,
      isStale: true,
      revision: 0,
    });
    expect(PX.flagsStatus()).toBe('loading');
    expect(await PX.whenFlagsReady()).toBe('loading');
    await PX.refreshFlags();
    PX.onFlagsChange(() => {})();
    PX.onFlagsStatus(() => {})();
    PX.setOverrides({ flags: { new_onboarding: true } });
    void PX.setFlagAttributes({ segment });
  });

  it('know the fallback where no types are said', () => {
    expectTypeOf(PX.getFlag('any', {}, false)).toEqualTypeOf<boolean>();
    expectTypeOf(PX.getFlag('any', {}, 'short')).toEqualTypeOf<string>();
    expectTypeOf(PX.getFlag<number>('any')).toEqualTypeOf<number | undefined>();
    expectTypeOf(PX.getExperiment<boolean>('any').value).toEqualTypeOf<boolean | undefined>();
    expectTypeOf(PX.getExperiment('any').variant).toEqualTypeOf<string | null>();
    PX.track('anything at all', { of: ['any', 'kind'] });
    expectTypeOf(PX.track).parameters.toEqualTypeOf<
      [event: string, properties?: object | undefined]
    >();
  });
});

interface Shop {
  readonly flags: { new_onboarding: boolean; checkout_copy: 'short' | 'long' };
  readonly experiments: { checkout_flow_v2: { variant: 'control' | 'one_page'; value: boolean } };
  readonly events: {
    plan_chosen: { plan: 'free' | 'pro'; price?: number };
    tour_left: { step?: number };
    // oxlint-disable-next-line no-explicit-any
    searched: { term: string; [more: string]: any };
  };
}

describe('given the types of a project', () => {
  const typed: Px<Shop> = PX;

  it('checks names and values of flags', () => {
    expectTypeOf(typed.getFlag('new_onboarding')).toEqualTypeOf<boolean | undefined>();
    expectTypeOf(typed.getFlag('checkout_copy', {}, 'short')).toEqualTypeOf<'short' | 'long'>();
    expectTypeOf(typed.getFlagDetails('new_onboarding', {}, true).value).toEqualTypeOf<boolean>();
    expectTypeOf(typed.getFlag('not_yet' as Unlisted)).toEqualTypeOf<
      FlagValue<Unlisted> | undefined
    >();
    typed.onFlagsChange(() => {}, ['new_onboarding'])();
    // @ts-expect-error no such flag
    typed.getFlag('new_onbording');
    // @ts-expect-error another type
    typed.getFlag('checkout_copy', {}, 'tiny');
    // @ts-expect-error no such flag
    typed.exposeFlag('nope');
    // @ts-expect-error no such flag
    typed.onFlagsChange(() => {}, ['nope']);
  });

  it('checks names and variants of experiments', () => {
    const { variant, value } = typed.getExperiment('checkout_flow_v2');
    expectTypeOf(variant).toEqualTypeOf<'control' | 'one_page' | null>();
    expectTypeOf(value).toEqualTypeOf<boolean | undefined>();
    // @ts-expect-error no such variant
    expect(variant === 'two_pages').toBe(false);
    // @ts-expect-error no such experiment
    typed.peekExperiment('checkout_flow_v3');
    // @ts-expect-error no such experiment
    typed.exposeExperiment('checkout_flow_v3');
    expectTypeOf(typed.getExperiment('x' as Unlisted).variant).toEqualTypeOf<string | null>();
  });

  it('checks names and properties of events', () => {
    typed.track('plan_chosen', { plan: 'pro', price: 9.9 });
    typed.track('tour_left');
    typed.track('tour_left', undefined);
    typed.track('tour_left', { step: 2 });
    // @ts-expect-error no such event
    typed.track('plan_choosen', { plan: 'pro' });
    // @ts-expect-error no properties, and one is needed
    typed.track('plan_chosen');
    // @ts-expect-error one is missing
    typed.track('plan_chosen', {});
    // @ts-expect-error another value
    typed.track('plan_chosen', { plan: 'gold' });
    // @ts-expect-error another type
    typed.track('plan_chosen', { plan: 'pro', price: '9.9' });
    // @ts-expect-error one that it does not have
    typed.track('plan_chosen', { plan: 'pro', prize: 9.9 });
    // @ts-expect-error one that it does not have
    typed.track('tour_left', { stop: 2 });
  });

  it('takes more of an event that is open, and not less', () => {
    interface Search {
      term: string;
      hits: number;
    }
    const search: Search = { term: 'shoes', hits: 3 };
    typed.track('searched', { term: 'shoes', filters: ['red'] });
    typed.track('searched', search);
    // @ts-expect-error one is missing
    typed.track('searched', { filters: ['red'] });
    // @ts-expect-error another type
    typed.track('searched', { term: 3 });
  });

  it("takes PX's own events, and those that are said to be unlisted", () => {
    typed.track('page_view');
    typed.track('click', { label: 'Buy' });
    typed.track('from_the_old_app' as Unlisted, { step: 2 });
    // @ts-expect-error no such event
    typed.track('page_veiw');
    // @ts-expect-error any text may be anything
    typed.track('plan'.concat('_chosen'));
  });

  it('leaves parts that are left out as they are', () => {
    const byEvents: Px<Pick<Shop, 'events'>> = PX;
    expectTypeOf(byEvents.getFlag('any', {}, false)).toEqualTypeOf<boolean>();
    expectTypeOf(byEvents.getExperiment('any').variant).toEqualTypeOf<string | null>();
    const byFlags: Px<Pick<Shop, 'flags'>> = PX;
    byFlags.track('anything');
    // @ts-expect-error flags are a part of a project's types
    const byFlagsAlone: Px<Shop['flags']> = PX;
    expect(byFlagsAlone).toBe(PX);
  });

  it('goes for a PX that is put together by hand, too', () => {
    const small: PxWith<Record<string, never>, object, Shop> = createPx({ captures: {} });
    small.track('plan_chosen', { plan: 'free' });
    // @ts-expect-error no such event
    small.track('plan_choosen');
    const own = createPx<Record<string, never>, object, Shop>({ captures: {} });
    expectTypeOf(own).toEqualTypeOf(small);
  });
});

describe('given the package', () => {
  it('has exactly the verbs that work', () => {
    expect(Object.keys(PX).sort()).toEqual([
      'alias',
      'captureError',
      'exposeExperiment',
      'exposeFlag',
      'flagsStatus',
      'flush',
      'getConsent',
      'getExperiment',
      'getFlag',
      'getFlagDetails',
      'group',
      'identify',
      'init',
      'onFlagsChange',
      'onFlagsStatus',
      'page',
      'peekExperiment',
      'peekFlag',
      'peekFlagDetails',
      'refreshFlags',
      'register',
      'registerOnce',
      'reset',
      'route',
      'setConsent',
      'setFlagAttributes',
      'setOverrides',
      'shutdown',
      'stats',
      'track',
      'unregister',
      'whenFlagsReady',
    ]);
    expectTypeOf(PX).toEqualTypeOf<Px>();
  });

  it('has all of them on a server, too: code that runs in both breaks in neither', () => {
    const missing = Object.keys(PX).filter(
      (verb) => typeof (serverPX as unknown as Record<string, unknown>)[verb] !== 'function',
    );
    expect(missing).toEqual([]);
    expect(serverPX.getConsent()).toEqual(PX.getConsent());
  });

  it('takes what PX.init takes', () => {
    expectTypeOf<Parameters<Px['init']>[0]>().toEqualTypeOf<PxOptions>();
  });
});
