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

describe('given the package', () => {
  it('has exactly the verbs that work', () => {
    expect(Object.keys(PX).sort()).toEqual([
      'alias',
      'captureError',
      'flush',
      'getConsent',
      'group',
      'identify',
      'init',
      'page',
      'register',
      'registerOnce',
      'reset',
      'setConsent',
      'shutdown',
      'stats',
      'track',
      'unregister',
    ]);
    expectTypeOf(PX).toEqualTypeOf<Px>();
    expectTypeOf<Parameters<Px['init']>[0]>().toEqualTypeOf<PxOptions>();
  });
});
