import { describe, expect, expectTypeOf, it } from 'vitest';
import PX, { type Px, type PxOptions } from './index.js';

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

  it('know of a flag what a map says of it, and else what the fallback is', () => {
    interface Flags {
      readonly new_onboarding: boolean;
      readonly checkout_copy: 'short' | 'long';
    }
    const typed: Px<Flags> = PX;
    expectTypeOf(typed.getFlag('new_onboarding')).toEqualTypeOf<boolean | undefined>();
    expectTypeOf(typed.getFlag('checkout_copy', {}, 'short')).toEqualTypeOf<'short' | 'long'>();
    expectTypeOf(typed.getFlagDetails('new_onboarding', {}, true).value).toEqualTypeOf<boolean>();
    typed.onFlagsChange(() => {}, ['new_onboarding'])();
    // @ts-expect-error no such flag
    typed.getFlag('new_onbording');
    // @ts-expect-error another type
    typed.getFlag('checkout_copy', {}, 'tiny');
    // @ts-expect-error no such flag
    typed.onFlagsChange(() => {}, ['nope']);
    expectTypeOf(PX.getFlag('any', {}, false)).toEqualTypeOf<boolean>();
    expectTypeOf(PX.getFlag('any', {}, 'short')).toEqualTypeOf<string>();
    expectTypeOf(PX.getFlag<number>('any')).toEqualTypeOf<number | undefined>();
    expectTypeOf(PX.getExperiment<boolean>('any').value).toEqualTypeOf<boolean | undefined>();
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
    expectTypeOf<Parameters<Px['init']>[0]>().toEqualTypeOf<PxOptions>();
  });
});
